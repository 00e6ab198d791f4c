//! Files by the writers of Rust, for the truth table:
//!
//!     (cd test/truth/rust && cargo run -j1 FOLDER)   writes FOLDER/NAME.parquet
//!     python test/truth/expect.py FOLDER             writes FOLDER/NAME.json beside each: what pyarrow reads

mod arrow;
mod messages;

use std::{error::Error, fs, path::Path};

pub const ROWS: usize = 50;
pub type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    let folder = std::env::args().nth(1).ok_or("where to?")?;
    fs::create_dir_all(&folder)?;
    for (name, write) in arrow::files().into_iter().chain(messages::files()) {
        let path = Path::new(&folder).join(format!("rust_{name}.parquet"));
        if let Err(error) = write(fs::File::create(&path)?) {
            println!("{name}: {error}");
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// A file's name and what writes it.
pub type Sample = (String, Box<dyn Fn(fs::File) -> Outcome>);
