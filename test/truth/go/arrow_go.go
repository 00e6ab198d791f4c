package main

import (
	"os"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/extensions"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// A column of values in JSON, which are repeated to the end of the table.
type column struct {
	name   string
	kind   arrow.DataType
	values []string
}

func col(name string, kind arrow.DataType, values ...string) column {
	return column{name, kind, values}
}

func field(name string, kind arrow.DataType) arrow.Field {
	return arrow.Field{Name: name, Type: kind, Nullable: true}
}

func decimal(precision, scale int32) arrow.DataType {
	return &arrow.Decimal128Type{Precision: precision, Scale: scale}
}

func clock(unit arrow.TimeUnit, zone string) arrow.DataType {
	return &arrow.TimestampType{Unit: unit, TimeZone: zone}
}

var (
	i32, i64  = arrow.PrimitiveTypes.Int32, arrow.PrimitiveTypes.Int64
	f32, f64  = arrow.PrimitiveTypes.Float32, arrow.PrimitiveTypes.Float64
	text, raw = arrow.BinaryTypes.String, arrow.BinaryTypes.Binary
	day       = arrow.FixedWidthTypes.Date32
)

var arrowTables = map[string][]column{
	"integers": {col("i8", arrow.PrimitiveTypes.Int8, "-128", "127", "null"), col("i16", arrow.PrimitiveTypes.Int16, "-32768", "32767", "null"),
		col("i32", i32, "-2147483648", "2147483647", "null"), col("i64", i64, "-9223372036854775807", "9223372036854775807", "null"),
		col("flag", arrow.FixedWidthTypes.Boolean, "true", "false", "null")},
	"unsigned": {col("u8", arrow.PrimitiveTypes.Uint8, "0", "255", "null"), col("u16", arrow.PrimitiveTypes.Uint16, "0", "65535", "null"),
		col("u32", arrow.PrimitiveTypes.Uint32, "5", "2147483647", "null"), col("u64", arrow.PrimitiveTypes.Uint64, "7", "9223372036854775807", "null")},
	"unsigned_over": {col("u32", arrow.PrimitiveTypes.Uint32, "0", "3000000000", "null"), col("u64", arrow.PrimitiveTypes.Uint64, "1", "9223372036854775813")},
	"floats":        {col("f32", f32, "0.5", "-1.25", "null"), col("f64", f64, "0.1", "-1e300", "null")},
	"odd_floats":    {col("f32", f32, `"NaN"`, `"+Inf"`, "null"), col("f64", f64, `"-0"`, `"-Inf"`, "1")},
	"half_floats":   {col("f16", arrow.FixedWidthTypes.Float16, "1.5", "null")},
	"decimals": {col("d5", decimal(5, 2), `"123.45"`, `"-0.01"`, "null"), col("d9", decimal(9, 2), `"1234567.89"`, "null"),
		col("d18", decimal(18, 4), `"-12345678901234.5678"`, "null"), col("d38", decimal(38, 10), `"9999999999999999999999999999.5"`, "null")},

	"wide_decimals": {col("d50", &arrow.Decimal256Type{Precision: 50, Scale: 10}, `"1.5"`, "null")},
	"texts": {col("text", text, `"a"`, `"ä€😀"`, `""`, "null"), col("large", arrow.BinaryTypes.LargeString, `"`+strings.Repeat("b", 300)+`"`, "null"),
		col("category", &arrow.DictionaryType{IndexType: i32, ValueType: text}, `"x"`, `"y"`, "null")},
	"bytes":        {col("raw", raw, `"//4="`, `""`, "null"), col("fixed", &arrow.FixedSizeBinaryType{ByteWidth: 5}, `"MTIzNDU="`, "null")},
	"dates":        {col("on_day", day, `"2026-11-21"`, `"1969-12-31"`, "null"), col("ms", arrow.FixedWidthTypes.Date64, `"2026-11-21"`, "null")},
	"old_dates":    {col("on_day", day, `"0001-01-01"`, `"1582-10-10"`, "null")},
	"timestamps":   {col("ms", clock(arrow.Millisecond, ""), `"2026-11-21T12:00:00.123"`, "null"), col("us", clock(arrow.Microsecond, ""), `"2026-11-21T12:00:00.123456"`, "null"), col("utc", clock(arrow.Microsecond, "UTC"), `"2026-11-21T12:00:00.123456Z"`, "null")},
	"seconds":      {col("s", clock(arrow.Second, ""), `"2026-11-21T12:00:00"`, "null"), col("zone", clock(arrow.Second, "Europe/Berlin"), `"2026-11-21T12:00:00Z"`, "null")},
	"nanos":        {col("ns", clock(arrow.Nanosecond, "UTC"), `"2026-11-21T12:00:00.123456789Z"`, "null")},
	"clocks":       {col("us", arrow.FixedWidthTypes.Time64us, `"12:30:00.000001"`, "null"), col("ns", arrow.FixedWidthTypes.Time64ns, `"00:00:01"`, "null")},
	"milli_clocks": {col("ms", arrow.FixedWidthTypes.Time32ms, `"12:30:00"`, "null")},
	"lists": {col("ints", arrow.ListOf(i32), "[1, null]", "[]", "null"), col("deep", arrow.ListOf(arrow.ListOf(i64)), "[[1], []]", "null"),
		col("prices", arrow.LargeListOf(decimal(9, 2)), `["1.50"]`, "null"), col("pair", arrow.FixedSizeListOf(2, text), `["a", "b"]`)},
	"maps": {col("counts", arrow.MapOf(text, i32), `[{"key": "a", "value": 1}, {"key": "b", "value": null}]`, "[]", "null"),
		col("by_id", arrow.MapOf(i64, arrow.StructOf(field("a", i32))), `[{"key": 1, "value": {"a": 1}}]`, "null")},
	"structs": {col("point", arrow.StructOf(field("x", f64), field("y", arrow.PrimitiveTypes.Int16)), `{"x": 0.5, "y": 2}`, "null", `{"x": null, "y": 1}`),
		col("many", arrow.ListOf(arrow.StructOf(field("a", i32), field("b", text))), `[{"a": 1, "b": "x"}]`, "[]", "null")},
	"nulls":   {col("nothing", arrow.Null, "null"), col("none", text, "null"), col("no_list", arrow.ListOf(i32), "null")},
	"no_list": {col("v", arrow.ListOf(arrow.Null), "[]", "null")},
	"extensions": {col("u", extensions.NewUUIDType(), `"00112233-4455-6677-8899-aabbccddeeff"`, "null"),
		col("doc", must(extensions.NewJSONType(text)), `"{\"a\": 1}"`, "null"), col("bit", extensions.NewBool8Type(), "true", "null")},
	"names": {col("a b", i64, "1"), col("c.d", i64, "2"), col("$path", text, `"x"`), col("größe", f64, "0.5"), col("2nd", i64, "3")},
	"mixed": {col("text", text, `"a"`, `"b"`, "null"), col("f32", f32, "0.5", "null"), col("f64", f64, "0.25", "null"), col("d9", decimal(9, 2), `"12.50"`, "null"),
		col("ms", clock(arrow.Millisecond, ""), `"2026-11-21T12:00:00.123"`, "null"), col("ints", arrow.ListOf(i64), "[1, null]", "[]", "null"),
		col("flag", arrow.FixedWidthTypes.Boolean, "true", "false")},
}

type setting = []parquet.WriterProperty

func encoded(encoding parquet.Encoding, columns ...string) setting {
	settings := setting{parquet.WithDictionaryDefault(false)}
	for _, name := range columns {
		settings = append(settings, parquet.WithEncodingFor(name, encoding))
	}
	return settings
}

var arrowSettings = map[string]setting{
	"gzip": {parquet.WithCompression(compress.Codecs.Gzip)}, "brotli": {parquet.WithCompression(compress.Codecs.Brotli)},
	"zstd": {parquet.WithCompression(compress.Codecs.Zstd)}, "lz4_raw": {parquet.WithCompression(compress.Codecs.Lz4Raw)},
	"snappy": {parquet.WithCompression(compress.Codecs.Snappy)},
	"v1":     {parquet.WithVersion(parquet.V1_0)}, "v26": {parquet.WithVersion(parquet.V2_LATEST)},
	"pages2":    {parquet.WithDataPageVersion(parquet.DataPageV2), parquet.WithCompression(compress.Codecs.Snappy)},
	"bloom":     {parquet.WithBloomFilterEnabled(true), parquet.WithBloomFilterNDV(100)},
	"index":     {parquet.WithPageIndexEnabled(true), parquet.WithDataPageSize(64), parquet.WithDictionaryDefault(false)},
	"unproven":  {parquet.WithStats(false)},
	"repeated":  {parquet.WithRootRepetition(parquet.Repetitions.Repeated)},
	"root":      {parquet.WithRootName("my schema")},
	"unnamed":   {parquet.WithRootName("")},
	"groups":    {parquet.WithMaxRowGroupLength(7)},
	"integers":  {parquet.WithStoreDecimalAsInteger(true)},
	"fallback":  {parquet.WithDictionaryPageSizeLimit(8)},
	"split":     encoded(parquet.Encodings.ByteStreamSplit, "f32", "f64"),
	"split_int": encoded(parquet.Encodings.ByteStreamSplit, "id"),
	"delta":     encoded(parquet.Encodings.DeltaBinaryPacked, "id", "ms", "ints.list.element"),
	"delta_len": encoded(parquet.Encodings.DeltaLengthByteArray, "text"),
	"delta_str": encoded(parquet.Encodings.DeltaByteArray, "text"),
	"rle":       encoded(parquet.Encodings.RLE, "flag"),
}

func arrowGoFiles() []sample {
	var files []sample
	for name, columns := range arrowTables {
		files = append(files, sample{"arrowgo_" + name, arrowFile(columns, nil)})
	}
	for name, settings := range arrowSettings {
		files = append(files, sample{"arrowgo_mixed_" + name, arrowFile(arrowTables["mixed"], settings)})
	}
	old := pqarrow.WithDeprecatedInt96Timestamps(true)
	unmarked := pqarrow.WithNoMapLogicalType()
	return append(files, sample{"arrowgo_timestamps_int96", arrowFile(arrowTables["timestamps"], nil, old)},
		sample{"arrowgo_maps_unmarked", arrowFile(arrowTables["maps"], nil, unmarked)},
		sample{"arrowgo_schema", arrowFile(arrowTables["extensions"], nil, pqarrow.WithStoreSchema())})
}

func arrowFile(columns []column, settings setting, options ...pqarrow.WriterOption) func(out *os.File) error {
	return func(out *os.File) error {
		numbers := make([]string, rows)
		for at := range numbers {
			numbers[at] = strconv.Itoa(at)
		}
		fields, arrays := []arrow.Field{}, []arrow.Array{}
		for _, each := range append([]column{col("id", i32, numbers...)}, columns...) {
			values := make([]string, rows)
			for at := range values {
				values[at] = each.values[at%len(each.values)]
			}
			json := strings.NewReader("[" + strings.Join(values, ",") + "]")
			made, _, err := array.FromJSON(memory.DefaultAllocator, each.kind, json)
			if err != nil {
				return err
			}
			fields, arrays = append(fields, field(each.name, each.kind)), append(arrays, made)
		}
		schema := arrow.NewSchema(fields, nil)
		writer, err := pqarrow.NewFileWriter(schema, out, parquet.NewWriterProperties(settings...), pqarrow.NewArrowWriterProperties(options...))
		if err != nil {
			return err
		}
		if err := writer.Write(array.NewRecordBatch(schema, arrays, rows)); err != nil {
			return err
		}
		return writer.Close()
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
