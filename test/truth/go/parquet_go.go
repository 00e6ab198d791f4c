package main

import (
	"math"
	"os"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 123456000, time.UTC)

type point struct {
	X float64 `parquet:"x"`
	Y *int32  `parquet:"y,optional"`
}

// Named types: the schema is called like its type.
type (
	integers struct {
		ID   int32  `parquet:"id"`
		I8   int8   `parquet:"i8"`
		I16  int16  `parquet:"i16"`
		Tiny int32  `parquet:"tiny,int(8)"`
		I64  int64  `parquet:"i64"`
		None *int64 `parquet:"none,optional"`
		Flag bool   `parquet:"flag"`
	}
	unsigned struct {
		ID  int32  `parquet:"id"`
		U8  uint8  `parquet:"u8"`
		U16 uint16 `parquet:"u16"`
		U32 uint32 `parquet:"u32"`
		U64 uint64 `parquet:"u64"`
	}
	floats struct {
		ID  int32    `parquet:"id"`
		F32 float32  `parquet:"f32"`
		F64 *float64 `parquet:"f64,optional"`
	}
	decimals struct {
		ID    int32    `parquet:"id"`
		D9    int32    `parquet:"d9,decimal(2:9)"`
		D18   int64    `parquet:"d18,decimal(4:18)"`
		Fixed [16]byte `parquet:"fixed,decimal(2:38)"`
		Wide  []byte   `parquet:"wide,decimal(2:20)"`
	}
	texts struct {
		ID    int32   `parquet:"id"`
		Text  string  `parquet:"text"`
		Maybe *string `parquet:"maybe,optional"`
		Kind  string  `parquet:"kind,enum"`
		Doc   string  `parquet:"doc,json"`
		Raw   []byte  `parquet:"raw"`
		Plain string  `parquet:"plain,bytes"`
		Dict  string  `parquet:"dict,dict"`
	}
	fixed struct {
		ID    int32    `parquet:"id"`
		UUID  [16]byte `parquet:"uuid,uuid"`
		Fixed [5]byte  `parquet:"fixed"`
	}
	dates struct {
		ID  int32 `parquet:"id"`
		Day int32 `parquet:"day,date"`
	}
	timestamps struct {
		ID    int32     `parquet:"id"`
		Ms    int64     `parquet:"ms,timestamp(millisecond)"`
		Us    int64     `parquet:"us,timestamp(microsecond)"`
		Local int64     `parquet:"local,timestamp(microsecond:local)"`
		Time  time.Time `parquet:"time,timestamp(millisecond:local)"`
	}
	nanos struct {
		ID    int32     `parquet:"id"`
		Ns    time.Time `parquet:"ns"`
		Local int64     `parquet:"local,timestamp(nanosecond:local)"`
	}
	clocks struct {
		ID    int32 `parquet:"id"`
		Us    int64 `parquet:"us,time(microsecond)"`
		Local int64 `parquet:"local,time(microsecond:local)"`
		Ns    int64 `parquet:"ns,time(nanosecond)"`
	}
	milliClocks struct {
		ID int32 `parquet:"id"`
		Ms int32 `parquet:"ms,time(millisecond)"`
	}
	int96 struct {
		ID int32            `parquet:"id"`
		At deprecated.Int96 `parquet:"at"`
	}
	lists struct {
		ID     int32    `parquet:"id"`
		Ints   []int32  `parquet:"ints,list"`
		Points []point  `parquet:"points,list"`
		Maybe  []*int64 `parquet:"maybe,list,optional" parquet-element:",optional"`
	}
	repeated struct {
		ID   int32    `parquet:"id"`
		Bare []int32  `parquet:"bare"`
		Text []string `parquet:"text"`
	}
	repeatedStructs struct {
		ID     int32   `parquet:"id"`
		Points []point `parquet:"points"`
	}
	maps struct {
		ID     int32            `parquet:"id"`
		Counts map[string]int64 `parquet:"counts"`
		ByID   map[int64]point  `parquet:"by_id"`
	}
	structs struct {
		ID    int32  `parquet:"id"`
		Point point  `parquet:"point"`
		Maybe *point `parquet:"maybe,optional"`
	}
	encodings struct {
		ID    int32   `parquet:"id,delta"`
		I64   int64   `parquet:"i64,delta"`
		Text  string  `parquet:"text,delta"`
		F64   float64 `parquet:"f64,split"`
		Fixed [5]byte `parquet:"fixed,delta"`
	}
	names struct {
		ID    int32 `parquet:"Id"`
		Blank int64 `parquet:"a b"`
		Digit point `parquet:"2nd"`
	}
	mixed struct {
		ID   int32    `parquet:"id"`
		Text *string  `parquet:"text,optional"`
		Real float64  `parquet:"real"`
		Tags []string `parquet:"tags,list"`
	}
	codecs struct {
		Snappy int32  `parquet:"snappy,snappy"`
		Gzip   int64  `parquet:"gzip,gzip"`
		Zstd   string `parquet:"zstd,zstd"`
	}
)

func parquetGoFiles() []sample {
	files := []sample{
		rowsOf("integers", func(at int32) integers {
			return integers{at, int8(at - 25), int16(-at), at % 100, math.MinInt64 + 1 + int64(at), nil, at%2 == 0}
		}),
		rowsOf("unsigned", func(at int32) unsigned { return unsigned{at, uint8(at), math.MaxUint16, uint32(at), uint64(at)} }),
		rowsOf("unsigned_over", func(at int32) unsigned { return unsigned{at, 1, 1, math.MaxUint32, math.MaxUint64} }),
		rowsOf("floats", func(at int32) floats { return floats{at, float32(at) / 4, maybe(at, -float64(at)/8)} }),
		rowsOf("odd_floats", func(at int32) floats { return floats{at, float32(math.NaN()), maybe(at, math.Copysign(0, -1))} }),
		rowsOf("decimals", func(at int32) decimals {
			return decimals{at, -at, int64(at) * 100_000, [16]byte{15: byte(at)}, []byte{8: byte(at)}}
		}),
		rowsOf("texts", func(at int32) texts {
			return texts{at, "ä€😀", maybe(at, ""), "a", `{"a": 1}`, []byte{0xff}, "plain", "x"}
		}),
		rowsOf("fixed", func(at int32) fixed { return fixed{at, [16]byte{byte(at)}, [5]byte{1}} }),
		rowsOf("dates", func(at int32) dates { return dates{at, 20_000 - at} }),
		rowsOf("old_dates", func(at int32) dates { return dates{at, -719_162 + at} }),
		rowsOf("timestamps", func(at int32) timestamps {
			return timestamps{at, noon.UnixMilli(), noon.UnixMicro(), noon.UnixMicro(), noon}
		}),
		rowsOf("nanos", func(at int32) nanos { return nanos{at, noon, noon.UnixNano() + 1} }),
		rowsOf("clocks", func(at int32) clocks { return clocks{at, 1, 3_600_000_000, 5} }),
		rowsOf("milli_clocks", func(at int32) milliClocks { return milliClocks{at, 1000} }),
		rowsOf("int96", func(at int32) int96 { return int96{at, deprecated.Int96{uint32(at) * 1_000_000, 0, 2_461_366}} }),
		rowsOf("lists", func(at int32) lists {
			return lists{at, []int32{at, 1}[:at%3%2+1], []point{{1, &at}}[:at%2], []*int64{nil, maybe(at, int64(1))}}
		}),
		rowsOf("repeated", func(at int32) repeated { return repeated{at, []int32{at, 1}[:at%3], []string{"a"}} }),
		rowsOf("repeated_structs", func(at int32) repeatedStructs { return repeatedStructs{at, []point{{0.5, &at}}} }),
		rowsOf("maps", func(at int32) maps {
			return maps{at, map[string]int64{"a": int64(at)}, map[int64]point{7: {0.5, nil}}}
		}),
		rowsOf("structs", func(at int32) structs { return structs{at, point{0.5, &at}, maybe(at, point{1, nil})} }),
		rowsOf("encodings", func(at int32) encodings { return encodings{at, int64(at), "text", 0.5, [5]byte{1, byte(at)}} }),
		rowsOf("names", func(at int32) names { return names{at, 1, point{0.5, nil}} }),
		rowsOf("unnamed", func(at int32) struct{ ID int32 } { return struct{ ID int32 }{at} }),
		rowsOf("variant", func(at int32) struct {
			ID  int32
			Any any `parquet:"any,variant,optional"`
		} {
			return struct {
				ID  int32
				Any any `parquet:"any,variant,optional"`
			}{at, int64(at)}
		}),
		rowsOf("codecs", func(at int32) codecs { return codecs{at, int64(at), "a"} }),
	}
	for name, options := range parquetGoOptions {
		files = append(files, rowsOf("mixed_"+name, func(at int32) mixed {
			return mixed{at, maybe(at, "a"), float64(at) / 4, []string{"a", "b"}[:at%3]}
		}, options...))
	}
	return files
}

var parquetGoOptions = map[string][]parquet.WriterOption{
	"plain": nil, "snappy": {parquet.Compression(&parquet.Snappy)}, "gzip": {parquet.Compression(&parquet.Gzip)},
	"brotli": {parquet.Compression(&parquet.Brotli)}, "zstd": {parquet.Compression(&parquet.Zstd)}, "lz4_raw": {parquet.Compression(&parquet.Lz4Raw)},
	"pages1": {parquet.DataPageVersion(1)}, "pages2": {parquet.DataPageVersion(2), parquet.Compression(&parquet.Zstd)},
	"bloom":      {parquet.BloomFilters(parquet.SplitBlockFilter(10, "id"), parquet.SplitBlockFilter(10, "text"))},
	"statistics": {parquet.DataPageStatistics(true), parquet.DeprecatedDataPageStatistics(true)},
	"groups":     {parquet.MaxRowsPerRowGroup(7)}, "unbound": {parquet.SkipPageBounds("id"), parquet.SkipPageStatistics("text")},
	"sorted": {parquet.SortingWriterConfig(parquet.SortingColumns(parquet.Ascending("id")))},
	"pages":  {parquet.PageBufferSize(64)},
}

func rowsOf[T any](name string, row func(at int32) T, options ...parquet.WriterOption) sample {
	return sample{"parquetgo_" + name, func(out *os.File) error {
		writer := parquet.NewGenericWriter[T](out, options...)
		for at := range int32(rows) {
			if _, err := writer.Write([]T{row(at)}); err != nil {
				return err
			}
		}
		return writer.Close()
	}}
}

// Null in every fifth row.
func maybe[T any](at int32, value T) *T {
	if at%5 == 0 {
		return nil
	}
	return &value
}
