//! By the schema's own text: annotations, forms of lists and maps, and physical types that Arrow does not write.

use crate::{Outcome, ROWS, Sample};
use parquet::basic::{ConvertedType, Type};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::{parser::parse_message_type, types::ColumnDescriptor};
use std::{fs::File, sync::Arc};

const MESSAGES: &[(&str, &str)] = &[
    ("required", "message m { required int32 id; required int64 n; required binary text (STRING); required boolean flag; required float f32; }"),
    ("old_integers", "message m { required int32 id; optional int32 i8 (INT_8); optional int32 u16 (UINT_16); optional int32 u32 (UINT_32); optional int64 u64 (UINT_64); }"),
    ("new_integers", "message m { required int32 id; optional int32 i8 (INTEGER(8,true)); optional int32 u16 (INTEGER(16,false)); optional int64 i64 (INTEGER(64,true)); }"),
    ("annotated", "message m { required int32 id; optional binary kind (ENUM); optional binary doc (JSON); optional binary plain; }"),
    ("bson", "message m { required int32 id; optional binary doc (BSON); }"),
    ("interval", "message m { required int32 id; optional fixed_len_byte_array(12) span (INTERVAL); }"),
    ("uuid", "message m { required int32 id; optional fixed_len_byte_array(16) u (UUID); optional fixed_len_byte_array(3) fixed; }"),
    ("decimals", "message m { required int32 id; optional int32 d5 (DECIMAL(5,2)); optional int64 d18 (DECIMAL(18,3)); optional binary d20 (DECIMAL(20,2)); optional fixed_len_byte_array(3) d6 (DECIMAL(6,1)); optional fixed_len_byte_array(20) long (DECIMAL(38,2)); }"),
    ("clocks", "message m { required int32 id; optional int64 us (TIME(MICROS,true)); optional int64 local (TIME(MICROS,false)); optional int64 ns (TIME(NANOS,true)); }"),
    ("clocks_old", "message m { required int32 id; optional int64 us (TIME_MICROS); }"),
    ("clocks_milli", "message m { required int32 id; optional int32 ms (TIME_MILLIS); }"),
    ("timestamps", "message m { required int32 id; optional int64 ms (TIMESTAMP(MILLIS,true)); optional int64 us (TIMESTAMP(MICROS,true)); }"),
    ("timestamps_local", "message m { required int32 id; optional int64 ms (TIMESTAMP(MILLIS,false)); optional int64 us (TIMESTAMP(MICROS,false)); }"),
    ("timestamps_old", "message m { required int32 id; optional int64 ms (TIMESTAMP_MILLIS); optional int64 us (TIMESTAMP_MICROS); }"),
    ("int96", "message m { required int32 id; optional int96 at; }"),
    ("half", "message m { required int32 id; optional fixed_len_byte_array(2) f16 (FLOAT16); }"),
    ("lists_two_levels", "message m { required int32 id; optional group v (LIST) { repeated int32 element; } optional group s (LIST) { repeated group s_tuple { required binary t (STRING); } } }"),
    ("lists_array", "message m { required int32 id; optional group v (LIST) { repeated group array { optional int32 a; optional int32 b; } } optional group one (LIST) { repeated group array { required int64 a; } } }"),
    ("lists_bag", "message m { required int32 id; optional group v (LIST) { repeated group bag { optional binary array_element (STRING); } } }"),
    ("lists_item", "message m { required int32 id; required group v (LIST) { repeated group list { required double item; } } }"),
    ("lists_deep", "message m { required int32 id; optional group v (LIST) { repeated group list { optional group element (LIST) { repeated group list { optional int64 element; } } } } }"),
    ("lists_array_of_lists", "message m { required int32 id; optional group v (LIST) { repeated group array (LIST) { repeated int32 array; } } }"),
    ("repeated", "message m { required int32 id; repeated int32 v; repeated binary t (STRING); }"),
    ("repeated_group", "message m { required int32 id; repeated group v { required int32 a; optional binary b (STRING); } }"),
    ("repeated_within", "message m { required int32 id; optional group s { repeated int32 v; } }"),
    ("maps", "message m { required int32 id; optional group v (MAP) { repeated group key_value { required binary key (STRING); optional int32 value; } } }"),
    ("maps_old", "message m { required int32 id; optional group v (MAP_KEY_VALUE) { repeated group map { required binary key (STRING); optional double value; } } }"),
    ("maps_optional_keys", "message m { required int32 id; optional group v (MAP) { repeated group entries { optional int64 k; required binary v (STRING); } } }"),
    ("maps_enum_keys", "message m { required int32 id; optional group v (MAP) { repeated group key_value { required binary key (ENUM); optional group value { optional int32 a; } } } }"),
    ("maps_binary_keys", "message m { required int32 id; optional group v (MAP) { repeated group key_value { required binary key; optional int32 value; } } }"),
    ("sets", "message m { required int32 id; optional group v (MAP) { repeated group key_value { required binary key (STRING); } } }"),
    ("structs_deep", "message m { required int32 id; optional group a { required group b { optional group c { optional binary d (STRING); optional double e; } optional int32 f; } } }"),
    ("dates", "message m { required int32 id; optional int32 day (DATE); optional group s { optional int32 day (DATE); } }"),
    ("named_like_spark", "message spark_schema { required int32 ID; optional binary Camel (STRING); optional int64 _under; }"),
    ("case_twice", "message m { required int32 id; optional int32 V; optional int64 v; }"),
    ("reserved", "message m { required int32 id; optional int32 select; optional int64 timestamp; optional binary group (STRING); }"),
];

pub fn files() -> Vec<Sample> {
    let usual = MESSAGES.iter().map(|&(name, message)| sample(name.into(), message, WriterProperties::builder().build()));
    let (_, deep) = MESSAGES.iter().find(|(name, _)| *name == "structs_deep").expect("the name is above");
    let pathless = WriterProperties::builder().set_write_path_in_schema(false).build();
    usual.chain([sample("pathless".into(), deep, pathless)]).collect()
}

fn sample(name: String, message: &'static str, properties: WriterProperties) -> Sample {
    let properties = Arc::new(properties);
    (name, Box::new(move |out: File| write(out, message, properties.clone())))
}

fn write(out: File, message: &str, properties: Arc<WriterProperties>) -> Outcome {
    let mut writer = SerializedFileWriter::new(out, Arc::new(parse_message_type(message)?), properties)?;
    let descriptor = writer.schema_descr().clone();
    let mut group = writer.next_row_group()?;
    for leaf in descriptor.columns() {
        let mut column = group.next_column()?.ok_or("a column more than the schema has")?;
        write_leaf(column.untyped(), leaf)?;
        column.close()?;
    }
    group.close()?;
    writer.close()?;
    Ok(())
}

/// Of three rows one has two values where it may, one has one, one none: alike in all leaves, so their levels agree.
fn write_leaf(column: &mut ColumnWriter, leaf: &ColumnDescriptor) -> Outcome {
    let (most, depth) = (leaf.max_def_level(), leaf.max_rep_level());
    let (mut counts, mut def, mut rep) = (vec![], vec![], vec![]);
    for row in 0..ROWS {
        let values = if most > 0 && row % 3 == 2 { 0 } else if depth > 0 && row % 3 == 0 { 2 } else { 1 };
        for at in 0..values.max(1) {
            def.push(if values == 0 { 0 } else { most });
            rep.push(if at == 0 { 0 } else { depth });
        }
        counts.extend((0..values).map(|at| row + at));
    }
    let (def, rep) = (Some(&def[..]), Some(&rep[..]));
    let bytes = |at: &usize| bytes_of(leaf, *at);
    match column {
        ColumnWriter::BoolColumnWriter(w) => w.write_batch(&to(&counts, |at| at % 2 == 0), def, rep)?,
        ColumnWriter::Int32ColumnWriter(w) => w.write_batch(&to(&counts, |at| *at as i32), def, rep)?,
        ColumnWriter::Int64ColumnWriter(w) => w.write_batch(&to(&counts, |at| *at as i64 * 1000), def, rep)?,
        ColumnWriter::Int96ColumnWriter(w) => w.write_batch(&to(&counts, |at| Int96::from(vec![*at as u32 * 1_000_000, 0, 2_461_366])), def, rep)?,
        ColumnWriter::FloatColumnWriter(w) => w.write_batch(&to(&counts, |at| *at as f32 / 4.0), def, rep)?,
        ColumnWriter::DoubleColumnWriter(w) => w.write_batch(&to(&counts, |at| *at as f64 / 8.0), def, rep)?,
        ColumnWriter::ByteArrayColumnWriter(w) => w.write_batch(&to(&counts, |at| ByteArray::from(bytes(at))), def, rep)?,
        ColumnWriter::FixedLenByteArrayColumnWriter(w) => w.write_batch(&to(&counts, |at| FixedLenByteArray::from(bytes(at))), def, rep)?,
    };
    Ok(())
}

fn to<T>(counts: &[usize], value: impl Fn(&usize) -> T) -> Vec<T> {
    counts.iter().map(value).collect()
}

fn bytes_of(leaf: &ColumnDescriptor, at: usize) -> Vec<u8> {
    match (leaf.physical_type(), leaf.converted_type()) {
        (_, ConvertedType::JSON) => format!("{{\"a\": {at}}}").into_bytes(),
        (Type::BYTE_ARRAY, ConvertedType::DECIMAL) => vec![at as u8],
        (Type::BYTE_ARRAY, _) => format!("a{at}").into_bytes(),
        _ => {
            let mut bytes = vec![0; leaf.type_length() as usize];
            *bytes.last_mut().expect("no type is of no bytes") = at as u8;
            bytes
        }
    }
}
