//! By Arrow's writer, as most programs in Rust write.

use crate::{ROWS, Sample};
use arrow_array::builder::{ListBuilder, MapBuilder, StringBuilder, StructBuilder};
use arrow_array::builder::{Float64Builder, Int16Builder, Int32Builder};
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::*;
use arrow_buffer::i256;
use arrow_schema::{DataType, Field, Fields};
use half::f16;
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::basic::{BrotliLevel, Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion};
use std::{fs::File, sync::Arc};

type Columns = Vec<(&'static str, ArrayRef)>;
type Set = fn(WriterPropertiesBuilder) -> WriterPropertiesBuilder;

/// The values again and again, to the end of the table.
fn cycle<T: Clone>(values: &[T]) -> Vec<T> {
    values.iter().cloned().cycle().take(ROWS).collect()
}

macro_rules! column {
    ($array:ty, $($value:expr),+) => { Arc::new(<$array>::from(cycle(&[$($value),+]))) as ArrayRef };
}

macro_rules! decimals {
    ($array:ty, $precision:expr, $scale:expr, $($value:expr),+) => {
        Arc::new(<$array>::from(cycle(&[$($value),+])).with_precision_and_scale($precision, $scale).expect("these are valid")) as ArrayRef
    };
}

fn tables() -> Vec<(&'static str, Columns)> {
    vec![
        ("integers", vec![("i8", column!(Int8Array, Some(-128), Some(127), None)), ("i16", column!(Int16Array, Some(-32768), None)),
            ("i32", column!(Int32Array, Some(i32::MIN), Some(i32::MAX), None)), ("i64", column!(Int64Array, Some(i64::MIN + 1), Some(i64::MAX), None)),
            ("flag", column!(BooleanArray, Some(true), Some(false), None))]),
        ("unsigned", vec![("u8", column!(UInt8Array, Some(255), None)), ("u16", column!(UInt16Array, Some(65535), None)),
            ("u32", column!(UInt32Array, Some(7), None)), ("u64", column!(UInt64Array, Some(7), None))]),
        ("unsigned_over", vec![("u32", column!(UInt32Array, Some(u32::MAX), None)), ("u64", column!(UInt64Array, Some(u64::MAX), None))]),
        ("floats", vec![("f32", column!(Float32Array, Some(0.5), Some(-1.25), None)), ("f64", column!(Float64Array, Some(0.1), Some(-1e300), None))]),
        ("odd_floats", vec![("f32", column!(Float32Array, Some(f32::NAN), Some(f32::INFINITY), None)), ("f64", column!(Float64Array, Some(-0.0), Some(f64::NEG_INFINITY), Some(1.0)))]),
        ("half_floats", vec![("f16", column!(Float16Array, Some(f16::ONE), None))]),
        ("decimals", vec![("d5", decimals!(Decimal128Array, 5, 2, Some(12345), Some(-1), None)), ("d18", decimals!(Decimal128Array, 18, 4, Some(-123456789012345678), None)),
            ("d38", decimals!(Decimal128Array, 38, 10, Some(15_000_000_000), None)), ("small", decimals!(Decimal32Array, 9, 2, Some(123), None)), ("mid", decimals!(Decimal64Array, 18, 0, Some(5), None))]),
        ("wide_decimals", vec![("d50", decimals!(Decimal256Array, 50, 10, Some(i256::from_i128(5)), None)), ("d30", decimals!(Decimal256Array, 30, 2, Some(i256::from_i128(-5)), None))]),
        ("texts", vec![("text", column!(StringArray, Some("a"), Some("ä€😀"), Some(""), None)), ("large", column!(LargeStringArray, Some("b"), None)), ("view", column!(StringViewArray, Some("v"), None)),
            ("category", Arc::new(DictionaryArray::<Int32Type>::from_iter(cycle(&[Some("x"), Some("y"), None]))) as ArrayRef)]),
        ("bytes", vec![("raw", column!(BinaryArray, Some(&b"\xff\xfe"[..]), None)), ("fixed", fixed())]),
        ("dates", vec![("day", column!(Date32Array, Some(20_000), Some(-1), None)), ("ms", column!(Date64Array, Some(86_400_000), None))]),
        ("old_dates", vec![("day", column!(Date32Array, Some(-719_162), Some(-141_500), None))]),
        ("timestamps", vec![("ms", column!(TimestampMillisecondArray, Some(1_795_262_400_123), None)), ("us", column!(TimestampMicrosecondArray, Some(1_795_262_400_123_456), Some(-1), None)),
            ("utc", Arc::new(TimestampMicrosecondArray::from(cycle(&[Some(1_795_262_400_123_456), None])).with_timezone("UTC")) as ArrayRef)]),
        ("seconds", vec![("s", column!(TimestampSecondArray, Some(1_795_262_400), None))]),
        ("nanos", vec![("ns", column!(TimestampNanosecondArray, Some(1_795_262_400_123_456_789), None))]),
        ("old_timestamps", vec![("us", column!(TimestampMicrosecondArray, Some(-62_135_596_800_000_000), None))]),
        ("clocks", vec![("us", column!(Time64MicrosecondArray, Some(1), None)), ("ns", column!(Time64NanosecondArray, Some(1), None)), ("span", column!(DurationMicrosecondArray, Some(1), None))]),
        ("milli_clocks", vec![("ms", column!(Time32MillisecondArray, Some(1), None)), ("s", column!(Time32SecondArray, Some(1), None))]),
        ("intervals", vec![("span", column!(IntervalYearMonthArray, Some(1), None))]),
        ("lists", vec![("ints", Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(cycle(&[Some(vec![Some(1), None]), Some(vec![]), None]))) as ArrayRef),
            ("large", Arc::new(LargeListArray::from_iter_primitive::<Int32Type, _, _>(cycle(&[Some(vec![Some(1)]), None]))) as ArrayRef),
            ("pair", Arc::new(FixedSizeListArray::from_iter_primitive::<Int32Type, _, _>(cycle(&[Some(vec![Some(1), Some(2)]), None]), 2)) as ArrayRef), ("deep", deep_lists())]),
        ("maps", vec![("counts", maps())]),
        ("structs", vec![("point", points()), ("f64", column!(Float64Array, Some(0.5), None)), ("text", column!(StringArray, Some("a"), None))]),
        ("nulls", vec![("nothing", Arc::new(NullArray::new(ROWS)) as ArrayRef), ("none", column!(StringArray, None::<&str>)), ("no_int", column!(Int32Array, None::<i32>))]),
        ("mixed", mixed()),
    ]
}

fn mixed() -> Columns {
    vec![("text", column!(StringArray, Some("a"), Some("b"), None)), ("f64", column!(Float64Array, Some(0.25), None)), ("n", column!(Int64Array, Some(5), None)),
        ("d20", decimals!(Decimal128Array, 20, 2, Some(1250), None)), ("flag", column!(BooleanArray, Some(true), None)), ("fixed", fixed())]
}

fn fixed() -> ArrayRef {
    let values = cycle(&[Some(b"12345"), None]);
    Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(values.into_iter(), 5).expect("all are of five bytes"))
}

fn deep_lists() -> ArrayRef {
    let mut lists = ListBuilder::new(ListBuilder::new(StringBuilder::new()));
    for _ in 0..ROWS {
        lists.values().values().append_value("a");
        lists.values().append(true);
        lists.values().append(true);
        lists.append(true);
    }
    Arc::new(lists.finish())
}

fn maps() -> ArrayRef {
    let mut maps = MapBuilder::new(None, StringBuilder::new(), Int32Builder::new());
    for row in 0..ROWS {
        maps.keys().append_value("a");
        maps.values().append_option((row % 2 == 0).then_some(row as i32));
        maps.append(true).expect("keys and values are as many");
    }
    Arc::new(maps.finish())
}

fn points() -> ArrayRef {
    let fields: Fields = vec![Field::new("x", DataType::Float64, true), Field::new("y", DataType::Int16, true)].into();
    let mut structs = StructBuilder::from_fields(fields, ROWS);
    for row in 0..ROWS {
        structs.field_builder::<Float64Builder>(0).expect("is first").append_value(row as f64);
        structs.field_builder::<Int16Builder>(1).expect("is second").append_option((row % 2 == 0).then_some(2));
        structs.append(row % 5 != 0);
    }
    Arc::new(structs.finish())
}

const SETTINGS: &[(&str, Set)] = &[
    ("none", |p| p),
    ("snappy", |p| p.set_compression(Compression::SNAPPY)),
    ("gzip", |p| p.set_compression(Compression::GZIP(GzipLevel::default()))),
    ("brotli", |p| p.set_compression(Compression::BROTLI(BrotliLevel::default()))),
    ("zstd", |p| p.set_compression(Compression::ZSTD(ZstdLevel::default()))),
    ("lz4", |p| p.set_compression(Compression::LZ4)),
    ("lz4_raw", |p| p.set_compression(Compression::LZ4_RAW)),
    ("v2", |p| p.set_writer_version(WriterVersion::PARQUET_2_0).set_compression(Compression::SNAPPY)),
    ("v2_plain", |p| p.set_writer_version(WriterVersion::PARQUET_2_0).set_dictionary_enabled(false)),
    ("plain", |p| p.set_dictionary_enabled(false)),
    ("bloom", |p| p.set_bloom_filter_enabled(true).set_bloom_filter_max_ndv(100)),
    ("bloom_plain", |p| p.set_bloom_filter_enabled(true).set_dictionary_enabled(false)),
    ("unproven", |p| p.set_statistics_enabled(EnabledStatistics::None)),
    ("chunks", |p| p.set_statistics_enabled(EnabledStatistics::Chunk)),
    ("headers", |p| p.set_write_page_header_statistics(true)),
    ("unindexed", |p| p.set_offset_index_disabled(true).set_statistics_enabled(EnabledStatistics::Chunk)),
    ("groups", |p| p.set_max_row_group_row_count(Some(7))),
    ("pages", |p| p.set_data_page_row_count_limit(5).set_write_batch_size(5).set_dictionary_enabled(false)),
    ("fallback", |p| p.set_dictionary_page_size_limit(1)),
    ("pathless", |p| p.set_write_path_in_schema(false)),
    ("coerced", |p| p.set_coerce_types(true)),
    ("split", |p| p.set_dictionary_enabled(false).set_column_encoding("f64".into(), Encoding::BYTE_STREAM_SPLIT)),
    ("split_int", |p| p.set_dictionary_enabled(false).set_column_encoding("n".into(), Encoding::BYTE_STREAM_SPLIT)),
    ("delta", |p| p.set_dictionary_enabled(false).set_column_encoding("n".into(), Encoding::DELTA_BINARY_PACKED).set_column_encoding("text".into(), Encoding::DELTA_BYTE_ARRAY)),
    ("delta_fixed", |p| p.set_dictionary_enabled(false).set_column_encoding("d20".into(), Encoding::DELTA_BYTE_ARRAY).set_column_encoding("fixed".into(), Encoding::DELTA_BYTE_ARRAY)),
    ("delta_length", |p| p.set_dictionary_enabled(false).set_column_encoding("text".into(), Encoding::DELTA_LENGTH_BYTE_ARRAY)),
    ("rle", |p| p.set_dictionary_enabled(false).set_column_encoding("flag".into(), Encoding::RLE)),
];

pub fn files() -> Vec<Sample> {
    let plain = || ArrowWriterOptions::new();
    let kinds = tables().into_iter().map(|(name, columns)| sample(name.into(), columns, plain));
    let coerced = tables().into_iter().filter(|(name, _)| ["dates", "seconds", "lists", "maps"].contains(name));
    let coerced = coerced.map(|(name, columns)| sample(format!("{name}_coerced"), columns, || ArrowWriterOptions::new().with_properties(WriterProperties::builder().set_coerce_types(true).build())));
    let bare = sample("mixed_bare".into(), mixed(), || ArrowWriterOptions::new().with_skip_arrow_metadata(true));
    let root = sample("mixed_root".into(), mixed(), || ArrowWriterOptions::new().with_schema_root("two words".into()));
    let settings = SETTINGS.iter().map(|&(name, set)| {
        sample(format!("mixed_{name}"), mixed(), move || ArrowWriterOptions::new().with_properties(set(WriterProperties::builder()).build()))
    });
    kinds.chain(coerced).chain([bare, root]).chain(settings).collect()
}

fn sample(name: String, columns: Columns, options: impl Fn() -> ArrowWriterOptions + 'static) -> Sample {
    (name, Box::new(move |out: File| {
        let id: ArrayRef = Arc::new(Int32Array::from_iter_values(0..ROWS as i32));
        let all = [("id", id)].into_iter().chain(columns.clone());
        let batch = RecordBatch::try_from_iter_with_nullable(all.map(|(name, array)| (name, array, name != "id")))?;
        let mut writer = ArrowWriter::try_new_with_options(out, batch.schema(), options())?;
        writer.write(&batch)?;
        writer.close()?;
        Ok(())
    }))
}
