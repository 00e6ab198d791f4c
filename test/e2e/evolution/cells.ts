/** The matrix: what a pipeline's files were and what they become, one change in each cell, with values to know them by. */
import type { ArrowType, ParquetSpec } from '../../support/pyarrow.ts'

/** One version of a pipeline: what it writes into a file. The first column is `id`. */
export type Version = Pick<ParquetSpec, 'columns' | 'options'>

export interface Cell {
  readonly group: Group
  /** For people, beneath the group's title. */
  readonly change: string
  readonly old: Version
  readonly new: Version
  /**
   * A condition that holds for each value that is not null of the column, or struct field, that it begins with: whether
   * engines that skip by statistics, dictionaries or pushed-down fields find what is there. `[first]` is an array's first.
   */
  readonly filter?: string
}

export type Group =
  | 'columns'
  | 'integers'
  | 'floating'
  | 'decimals'
  | 'times'
  | 'text'
  | 'structs'
  | 'arrays'
  | 'maps'
  | 'shapes'

type Column = ParquetSpec['columns'][number]
type Values = readonly unknown[]

const OLD = [1, 2, 3]
const NEW = [4, 5, 6]

const version = (ids: readonly number[], ...columns: readonly Column[]): Version => ({
  columns: [['id', 'int32', ids], ...columns],
})
const before = (...columns: readonly Column[]): Version => version(OLD, ...columns)
const after = (...columns: readonly Column[]): Version => version(NEW, ...columns)

/** One column `v` that changes its type. */
const retyped =
  (group: Group) =>
  (
    change: string,
    [from, were]: readonly [ArrowType, Values],
    [to, are]: readonly [ArrowType, Values],
    filter?: string,
  ): Cell => ({
    group,
    change,
    old: before(['v', from, were]),
    new: after(['v', to, are]),
    ...(filter === undefined ? {} : { filter }),
  })

const changed =
  (group: Group) =>
  (change: string, old: Version, now: Version, filter?: string): Cell => ({
    group,
    change,
    old,
    new: now,
    ...(filter === undefined ? {} : { filter }),
  })

/** The same with other arguments of the writer. */
const written = (cell: Cell, old: Version['options'], now: Version['options']): Cell => ({
  ...cell,
  old: { ...cell.old, ...(old ? { options: old } : {}) },
  new: { ...cell.new, ...(now ? { options: now } : {}) },
})

const a = (type: ArrowType = 'int64', values: Values = [11, 12, null]): Column => ['a', type, values]
const b = (type: ArrowType = 'int64', values: Values = [21, 22, null]): Column => ['b', type, values]
const c = (type: ArrowType = 'int64', values: Values = [31, 32, null]): Column => ['c', type, values]

const columns = changed('columns')
const COLUMNS = {
  column_last: columns('a column more at the end', before(a()), after(a(), b()), 'b > 1'),
  column_middle: columns('a column more in the middle', before(a()), after(b(), a()), 'a > 1'),
  column_middle_text: columns(
    'a column more in the middle, of another type',
    before(a()),
    after(b('string', ['x', 'y', null]), a()),
    'a > 1',
  ),
  column_removed_last: columns('the last column is gone', before(a(), b()), after(a()), 'b > 1'),
  column_removed_middle: columns('a column before the last is gone', before(a(), b()), after(b()), 'b > 1'),
  columns_reordered: columns('columns change places', before(a(), b()), after(b(), a()), 'a > 1'),
  columns_reordered_text: columns(
    'columns of other types change places',
    before(a(), b('string', ['x', 'y', null])),
    after(b('string', ['x', 'y', null]), a()),
    'a > 1',
  ),
  column_renamed_last: columns('the last column has another name', before(a()), after(c()), 'c > 1'),
  column_renamed_middle: columns(
    'a column before the last has another name',
    before(a(), b()),
    after(c(), b()),
    'b > 1',
  ),
  column_case: columns(
    'another case of a name',
    before(['amount', 'int64', [11, 12, null]]),
    after(['Amount', 'int64', [13, 14, null]]),
    'amount > 1',
  ),
  column_optional: columns(
    'required becomes optional',
    before(['v', { required: 'int64' }, [11, 12, 13]]),
    after(['v', 'int64', [11, null, 13]]),
    'v > 1',
  ),
  column_required: columns(
    'optional becomes required',
    before(['v', 'int64', [11, null, 13]]),
    after(['v', { required: 'int64' }, [11, 12, 13]]),
    'v > 1',
  ),
  column_null: columns(
    'a column is only null, without a type',
    before(a('string', ['x', 'y', null])),
    after(a('null', [null, null, null])),
    "a >= 'a'",
  ),
  column_null_int: columns(
    'an int is only null, without a type',
    before(a('int32')),
    after(a('null', [null, null, null])),
    'a > 1',
  ),
  column_null_double: columns(
    'a double is only null, without a type',
    before(a('double', [1.5, 2.5, null])),
    after(a('null', [null, null, null])),
    'a > 1',
  ),
  column_null_timestamp: columns(
    'a timestamp is only null, without a type',
    before(a('timestamp[us]', ['2019-09-01 01:02:03.004', '2019-09-01 01:02:04', null])),
    after(a('null', [null, null, null])),
    "a >= timestamp '1960-01-01 00:00:00'",
  ),
  column_null_boolean: columns(
    'a boolean is only null, without a type',
    before(a('bool', [true, false, null])),
    after(a('null', [null, null, null])),
  ),
  column_null_array: columns(
    'an array is only null, without a type',
    before(a({ list: 'int32' }, [[1], [2], null])),
    after(a('null', [null, null, null])),
  ),
  column_null_struct: columns(
    'a struct is only null, without a type',
    before(a({ struct: { b: 'int32' } }, [{ b: 1 }, { b: 2 }, null])),
    after(a('null', [null, null, null])),
  ),
  column_typed: columns(
    'a column that was only null gets a type',
    before(a('null', [null, null, null]), b()),
    after(a('string', ['x', 'y', null]), b()),
    "a >= 'a'",
  ),
}

const integer = retyped('integers')
const INTEGERS = {
  tinyint_smallint: integer(
    'tinyint → smallint',
    ['int8', [1, 127, null]],
    ['int16', [1, 300, null]],
    'v >= 1',
  ),
  smallint_int: integer('smallint → int', ['int16', [1, 300, null]], ['int32', [1, 70_000, null]], 'v >= 1'),
  int_bigint: integer(
    'int → bigint',
    ['int32', [1, 70_000, null]],
    ['int64', [1, 7_000_000_000, null]],
    'v >= 1',
  ),
  tinyint_bigint: integer(
    'tinyint → bigint',
    ['int8', [1, 127, null]],
    ['int64', [1, 7_000_000_000, null]],
    'v >= 1',
  ),
  bigint_int: integer(
    'bigint → int',
    ['int64', [1, 7_000_000_000, null]],
    ['int32', [1, 70_000, null]],
    'v >= 1',
  ),
  int_tinyint: integer('int → tinyint', ['int32', [1, 70_000, null]], ['int8', [1, 127, null]], 'v >= 1'),
  unsigned_wider: integer(
    'uint8 → uint16 (smallint → int)',
    ['uint8', [1, 200, null]],
    ['uint16', [1, 60_000, null]],
    'v >= 1',
  ),
  unsigned_bigint: integer(
    'uint16 → uint32, small values (int → bigint)',
    ['uint16', [1, 200, null]],
    ['uint32', [1, 70_000, null]],
    'v >= 1',
  ),
  unsigned_signed: integer(
    'uint32 → int64 (bigint)',
    ['uint32', [1, 70_000, null]],
    ['int64', [1, 7_000_000_000, null]],
    'v >= 1',
  ),
  int_double: integer(
    'int → double',
    ['int32', [1, 16_777_217, null]],
    ['double', [1.5, 2.5, null]],
    'v >= 1',
  ),
  bigint_double: integer(
    'bigint → double',
    ['int64', [1, '9007199254740993', null]],
    ['double', [1.5, 2.5, null]],
    'v >= 1',
  ),
  int_float: integer('int → float', ['int32', [1, 16_777_217, null]], ['float', [1.5, 2.5, null]], 'v >= 1'),
  int_decimal: integer(
    'int → decimal(12,2)',
    ['int32', [1, 70_000, null]],
    ['decimal(12,2)', ['1.50', '2.25', null]],
    'v >= 1',
  ),
  bigint_decimal: integer(
    'bigint → decimal(22,2)',
    ['int64', [1, 7_000_000_000, null]],
    ['decimal(22,2)', ['1.50', '2.25', null]],
    'v >= 1',
  ),
  int_string: integer(
    'int → string',
    ['int32', [1, 70_000, null]],
    ['string', ['1', 'two', null]],
    "v >= '1'",
  ),
  bigint_string: integer(
    'bigint → string',
    ['int64', [1, 7_000_000_000, null]],
    ['string', ['1', 'two', null]],
    "v >= '1'",
  ),
  int_boolean: integer('int → boolean', ['int32', [0, 1, null]], ['bool', [true, false, null]]),
  boolean_int: integer('boolean → int', ['bool', [true, false, null]], ['int32', [0, 1, null]]),
  int_date: integer(
    'int → date',
    ['int32', [1, 18_000, null]],
    ['date32', ['2019-09-01', '2019-09-02', null]],
  ),
  bigint_timestamp: integer(
    'bigint → timestamp',
    ['int64', [1, 1_567_299_723_004, null]],
    ['timestamp[ms]', ['2019-09-01 01:02:03.004', '2019-09-02 01:02:03', null]],
  ),
}

const floating = retyped('floating')
const FLOATING = {
  float_double: floating(
    'float → double',
    ['float', [1.5, 2.5, null]],
    ['double', [1.5, 1e300, null]],
    'v >= 1',
  ),
  double_float: floating(
    'double → float',
    ['double', [1.5, 1e300, null]],
    ['float', [1.5, 2.5, null]],
    'v >= 1',
  ),
  float_int: floating('float → int', ['float', [1.5, 2.5, null]], ['int32', [1, 70_000, null]], 'v >= 1'),
  double_bigint: floating(
    'double → bigint',
    ['double', [1.5, 2.5, null]],
    ['int64', [1, '9007199254740993', null]],
    'v >= 1',
  ),
  double_decimal: floating(
    'double → decimal(12,2)',
    ['double', [1.5, 2.5, null]],
    ['decimal(12,2)', ['1.50', '2.25', null]],
    'v >= 1',
  ),
  double_string: floating('double → string', ['double', [1.5, 2.5, null]], ['string', ['1.5', 'two', null]]),
}

const decimal = retyped('decimals')
const SMALL = ['decimal(9,2)', ['1.50', '1234567.25', null]] as const
const LARGE = ['decimal(20,4)', ['1.5001', '1234567890123456.2501', null]] as const
const DECIMALS = {
  decimal_wider: decimal('decimal(9,2) → decimal(20,4)', SMALL, LARGE, 'v >= 1'),
  decimal_precision: decimal(
    'decimal(9,2) → decimal(18,2)',
    SMALL,
    ['decimal(18,2)', ['1.50', '1234567890123456.25', null]],
    'v >= 1',
  ),
  decimal_precision_only: decimal(
    'decimal(9,2) → decimal(38,2)',
    SMALL,
    ['decimal(38,2)', ['1.50', '123456789012345678901234567890123456.25', null]],
    'v >= 1',
  ),
  decimal_scale: decimal(
    'decimal(9,2) → decimal(11,4)',
    SMALL,
    ['decimal(11,4)', ['1.5001', '1234567.2501', null]],
    'v >= 1',
  ),
  decimal_scale_only: decimal(
    'decimal(9,2) → decimal(9,4)',
    SMALL,
    ['decimal(9,4)', ['1.5001', '12345.2501', null]],
    'v >= 1',
  ),
  decimal_narrower: decimal('decimal(20,4) → decimal(9,2)', LARGE, SMALL, 'v >= 1'),
  decimal_scale_down: decimal(
    'decimal(11,4) → decimal(11,2)',
    ['decimal(11,4)', ['1.5001', '1234567.2501', null]],
    ['decimal(11,2)', ['1.50', '123456789.25', null]],
    'v >= 1',
  ),
  decimal_physical: written(
    decimal('decimal(9,2), stored as bytes, then as INT32', SMALL, SMALL, 'v >= 1'),
    undefined,
    { store_decimal_as_integer: true },
  ),
  decimal_wider_integers: written(
    decimal(
      'decimal(9,2) → decimal(18,4), stored as INT32, then as INT64',
      SMALL,
      ['decimal(18,4)', ['1.5001', '12345678901234.2501', null]],
      'v >= 1',
    ),
    { store_decimal_as_integer: true },
    { store_decimal_as_integer: true },
  ),
  decimal_precision_integers: written(
    decimal(
      'decimal(9,2) → decimal(18,2), stored as INT32, then as INT64',
      SMALL,
      ['decimal(18,2)', ['1.50', '12345678901234.25', null]],
      'v >= 1',
    ),
    { store_decimal_as_integer: true },
    { store_decimal_as_integer: true },
  ),
  decimal_narrower_precision: decimal(
    'decimal(18,2) → decimal(9,2)',
    ['decimal(18,2)', ['1.50', '1234567890123456.25', null]],
    SMALL,
    'v >= 1',
  ),
  decimal_narrower_long: decimal(
    'decimal(38,2) → decimal(20,2)',
    ['decimal(38,2)', ['1.50', '123456789012345678901234567890123456.25', null]],
    ['decimal(20,2)', ['1.50', '123456789012345678.25', null]],
    'v >= 1',
  ),
  decimal_narrower_short: decimal(
    'decimal(20,2) → decimal(9,2)',
    ['decimal(20,2)', ['1.50', '123456789012345678.25', null]],
    SMALL,
    'v >= 1',
  ),
  decimal_narrower_integers: written(
    decimal(
      'decimal(18,4) → decimal(9,2), stored as INT64, then as INT32',
      ['decimal(18,4)', ['1.5001', '12345678901234.2501', null]],
      SMALL,
      'v >= 1',
    ),
    { store_decimal_as_integer: true },
    { store_decimal_as_integer: true },
  ),
  decimal_double: decimal('decimal(9,2) → double', SMALL, ['double', [1.5, 2.5, null]], 'v >= 1'),
  decimal_bigint: decimal('decimal(9,2) → bigint', SMALL, ['int64', [1, 7_000_000_000, null]], 'v >= 1'),
  decimal_string: decimal('decimal(9,2) → string', SMALL, ['string', ['1.50', 'two', null]]),
}

const time = retyped('times')
const MOMENTS = ['2019-09-01 01:02:03.004', '1969-12-31 23:59:58.5', null]
const SINCE = "v >= timestamp '1960-01-01 00:00:00'"
const DAYS = ['2019-09-01', '1969-12-31', null]
const TIMES = {
  millis_micros: time('timestamp: ms → µs', ['timestamp[ms]', MOMENTS], ['timestamp[us]', MOMENTS], SINCE),
  micros_millis: time('timestamp: µs → ms', ['timestamp[us]', MOMENTS], ['timestamp[ms]', MOMENTS], SINCE),
  micros_nanos: time('timestamp: µs → ns', ['timestamp[us]', MOMENTS], ['timestamp[ns]', MOMENTS], SINCE),
  local_utc: time(
    'timestamp: without a zone → UTC',
    ['timestamp[us]', MOMENTS],
    ['timestamp[us, UTC]', MOMENTS],
    SINCE,
  ),
  int96_int64: written(
    time('timestamp: INT96 → INT64', ['timestamp[ns]', MOMENTS], ['timestamp[us]', MOMENTS], SINCE),
    { use_deprecated_int96_timestamps: true },
    undefined,
  ),
  int64_int96: written(
    time('timestamp: INT64 → INT96', ['timestamp[us]', MOMENTS], ['timestamp[ns]', MOMENTS], SINCE),
    undefined,
    { use_deprecated_int96_timestamps: true },
  ),
  date_timestamp: time('date → timestamp', ['date32', DAYS], ['timestamp[us]', MOMENTS]),
  timestamp_date: time('timestamp → date', ['timestamp[us]', MOMENTS], ['date32', DAYS]),
  date_string: time('date → string', ['date32', DAYS], ['string', ['2019-09-01', 'never', null]]),
  timestamp_string: time(
    'timestamp → string',
    ['timestamp[us]', MOMENTS],
    ['string', ['2019-09-01', 'never', null]],
  ),
  string_date: time('string → date', ['string', ['2019-09-01', 'never', null]], ['date32', DAYS]),
  string_timestamp: time(
    'string → timestamp',
    ['string', ['2019-09-01', 'never', null]],
    ['timestamp[us]', MOMENTS],
  ),
  date_int: time('date → int', ['date32', DAYS], ['int32', [1, 18_000, null]]),
  timestamp_bigint: time(
    'timestamp → bigint',
    ['timestamp[us]', MOMENTS],
    ['int64', [1, 1_567_299_723_004, null]],
  ),
}

const text = retyped('text')
const WORDS = ['a', 'zürich', null]
const TEXT = {
  string_binary: text('string → binary', ['string', WORDS], ['binary', WORDS], "v >= 'a'"),
  binary_string: text('binary → string', ['binary', WORDS], ['string', WORDS]),
  fixed_binary: text('fixed(4) → binary', ['fixed(4)', ['abcd', 'efgh', null]], ['binary', WORDS]),
  binary_fixed: text('binary → fixed(4)', ['binary', WORDS], ['fixed(4)', ['abcd', 'efgh', null]]),
  string_int: text('string → int', ['string', ['1', 'two', null]], ['int32', [1, 70_000, null]]),
  string_bigint: text('string → bigint', ['string', ['1', 'two', null]], ['int64', [1, 7_000_000_000, null]]),
  string_double: text('string → double', ['string', ['1.5', 'two', null]], ['double', [1.5, 2.5, null]]),
  string_boolean: text('string → boolean', ['string', ['true', 'two', null]], ['bool', [true, false, null]]),
  boolean_string: text('boolean → string', ['bool', [true, false, null]], ['string', ['true', 'two', null]]),
  string_plain: written(
    text('string, with a dictionary → without', ['string', WORDS], ['string', WORDS], "v >= 'a'"),
    undefined,
    { use_dictionary: false },
  ),
}

const struct = (fields: Readonly<Record<string, ArrowType>>): ArrowType => ({ struct: fields })
const structs = retyped('structs')
const AB = struct({ a: 'int32', b: 'string' })
const ROWS = [{ a: 1, b: 'x' }, { a: 2, b: 'y' }, null]
const STRUCTS = {
  field_last: structs(
    'a field more at the end',
    [struct({ a: 'int32' }), [{ a: 1 }, { a: 2 }, null]],
    [AB, ROWS],
    "v.b >= 'a'",
  ),
  field_middle: structs(
    'a field more in the middle',
    [AB, ROWS],
    [struct({ a: 'int32', c: 'int32', b: 'string' }), [{ a: 1, c: 3, b: 'x' }, { a: 2, c: 4, b: 'y' }, null]],
    "v.b >= 'a'",
  ),
  field_removed_last: structs(
    'the last field is gone',
    [AB, ROWS],
    [struct({ a: 'int32' }), [{ a: 1 }, { a: 2 }, null]],
    'v.a >= 1',
  ),
  field_removed_first: structs(
    'the first field is gone',
    [AB, ROWS],
    [struct({ b: 'string' }), [{ b: 'x' }, { b: 'y' }, null]],
    "v.b >= 'a'",
  ),
  fields_reordered: structs(
    'fields change places',
    [AB, ROWS],
    [struct({ b: 'string', a: 'int32' }), ROWS],
    "v.b >= 'a'",
  ),
  field_renamed: structs(
    'a field has another name',
    [AB, ROWS],
    [struct({ a: 'int32', c: 'string' }), [{ a: 1, c: 'x' }, { a: 2, c: 'y' }, null]],
    "v.c >= 'a'",
  ),
  field_case: structs(
    'another case of a field’s name',
    [AB, ROWS],
    [struct({ A: 'int32', b: 'string' }), [{ A: 1, b: 'x' }, { A: 2, b: 'y' }, null]],
    'v.a >= 1',
  ),
  field_wider: structs(
    'a field: int → bigint',
    [AB, ROWS],
    [struct({ a: 'int64', b: 'string' }), [{ a: 7_000_000_000, b: 'x' }, { a: 2, b: 'y' }, null]],
    'v.a >= 1',
  ),
  field_wider_float: structs(
    'a field: float → double',
    [struct({ a: 'float' }), [{ a: 1.5 }, { a: 2.5 }, null]],
    [struct({ a: 'double' }), [{ a: 1.5 }, { a: 1e300 }, null]],
    'v.a >= 1',
  ),
  field_narrower: structs(
    'a field: bigint → int',
    [struct({ a: 'int64', b: 'string' }), [{ a: 7_000_000_000, b: 'x' }, { a: 2, b: 'y' }, null]],
    [AB, ROWS],
    'v.a >= 1',
  ),
  field_wider_and_more: structs(
    'a field: int → bigint, and another field more',
    [AB, ROWS],
    [
      struct({ a: 'int64', b: 'string', c: 'int32' }),
      [{ a: 7_000_000_000, b: 'x', c: 3 }, { a: 2, b: 'y', c: 4 }, null],
    ],
    'v.c >= 1',
  ),
  field_string: structs(
    'a field: int → string',
    [AB, ROWS],
    [struct({ a: 'string', b: 'string' }), [{ a: 'one', b: 'x' }, { a: 'two', b: 'y' }, null]],
  ),
  nested_field_last: structs(
    'a field more at the end of a struct in a struct',
    [
      struct({ s: struct({ a: 'int32' }), b: 'string' }),
      [{ s: { a: 1 }, b: 'x' }, { s: null, b: 'y' }, null],
    ],
    [
      struct({ s: AB, b: 'string' }),
      [{ s: { a: 1, b: 'z' }, b: 'x' }, { s: { a: 2, b: 'z' }, b: 'y' }, null],
    ],
    "v.b >= 'a'",
  ),
}

const list = (element: ArrowType): ArrowType => ({ list: element })
const arrays = retyped('arrays')
const ARRAYS = {
  element_wider: arrays(
    'elements: int → bigint',
    [list('int32'), [[1, 2], [3], null]],
    [list('int64'), [[1, 7_000_000_000], [3], null]],
    'v[first] >= 1',
  ),
  element_wider_float: arrays(
    'elements: float → double',
    [list('float'), [[1.5, 2], [3], null]],
    [list('double'), [[1.5, 1e300], [3], null]],
    'v[first] >= 1',
  ),
  element_narrower: arrays(
    'elements: bigint → int',
    [list('int64'), [[1, 7_000_000_000], [3], null]],
    [list('int32'), [[1, 2], [3], null]],
    'v[first] >= 1',
  ),
  element_string: arrays(
    'elements: int → string',
    [list('int32'), [[1, 2], [3], null]],
    [list('string'), [['1', 'two'], ['3'], null]],
  ),
  element_field_last: arrays(
    'elements: structs with a field more at the end',
    [list(struct({ a: 'int32' })), [[{ a: 1 }], [{ a: 2 }], null]],
    [list(AB), [[{ a: 1, b: 'x' }], [{ a: 2, b: 'y' }], null]],
    'v[first].a >= 1',
  ),
  element_field_middle: arrays(
    'elements: structs with a field more in the middle',
    [list(AB), [[{ a: 1, b: 'x' }], [{ a: 2, b: 'y' }], null]],
    [
      list(struct({ a: 'int32', c: 'int32', b: 'string' })),
      [[{ a: 1, c: 3, b: 'x' }], [{ a: 2, c: 4, b: 'y' }], null],
    ],
    'v[first].a >= 1',
  ),
  element_field_wider: arrays(
    'elements: structs with a field int → bigint, and one more',
    [list(struct({ a: 'int32' })), [[{ a: 1 }], [{ a: 2 }], null]],
    [list(struct({ a: 'int64', b: 'string' })), [[{ a: 7_000_000_000, b: 'x' }], [{ a: 2, b: 'y' }], null]],
    'v[first].a >= 1',
  ),
  element_name: written(
    arrays(
      'the repeated field’s name: item → element',
      [list('int32'), [[1, 2], [3], null]],
      [list('int32'), [[1, 2], [3], null]],
      'v[first] >= 1',
    ),
    { use_compliant_nested_type: false },
    undefined,
  ),
}

const map = (key: ArrowType, value: ArrowType): ArrowType => ({ map: [key, value] })
const maps = retyped('maps')
const MAPS = {
  value_wider: maps(
    'values: int → bigint',
    [map('string', 'int32'), [{ k: 1 }, { k: 2 }, null]],
    [map('string', 'int64'), [{ k: 7_000_000_000 }, { k: 2 }, null]],
    "v['k'] >= 1",
  ),
  value_field_last: maps(
    'values: structs with a field more at the end',
    [map('string', struct({ a: 'int32' })), [{ k: { a: 1 } }, { k: { a: 2 } }, null]],
    [map('string', AB), [{ k: { a: 1, b: 'x' } }, { k: { a: 2, b: 'y' } }, null]],
    "v['k'].a >= 1",
  ),
  value_field_wider: maps(
    'values: structs with a field int → bigint, and one more',
    [map('string', struct({ a: 'int32' })), [{ k: { a: 1 } }, { k: { a: 2 } }, null]],
    [
      map('string', struct({ a: 'int64', b: 'string' })),
      [{ k: { a: 7_000_000_000, b: 'x' } }, { k: { a: 2, b: 'y' } }, null],
    ],
    "v['k'].a >= 1",
  ),
  value_string: maps(
    'values: int → string',
    [map('string', 'int32'), [{ k: 1 }, { k: 2 }, null]],
    [map('string', 'string'), [{ k: 'one' }, { k: 'two' }, null]],
  ),
  key_wider: maps(
    'keys: int → bigint',
    [map('int32', 'string'), [{ '1': 'x' }, { '1': 'y' }, null]],
    [map('int64', 'string'), [{ '1': 'x' }, { '1': 'z', '7000000000': 'y' }, null]],
    "v[1] >= 'a'",
  ),
  key_narrower: maps(
    'keys: bigint → int',
    [map('int64', 'string'), [{ '1': 'x' }, { '1': 'z', '7000000000': 'y' }, null]],
    [map('int32', 'string'), [{ '1': 'x' }, { '1': 'y' }, null]],
    "v[1] >= 'a'",
  ),
  key_string: maps(
    'keys: int → string',
    [map('int32', 'string'), [{ '1': 'x' }, { '2': 'y' }, null]],
    [map('string', 'string'), [{ one: 'x' }, { '2': 'y' }, null]],
  ),
}

const shapes = retyped('shapes')
const SHAPES = {
  scalar_array: shapes('int → array<int>', ['int32', [1, 2, null]], [list('int32'), [[1, 2], [3], null]]),
  array_scalar: shapes('array<int> → int', [list('int32'), [[1, 2], [3], null]], ['int32', [1, 2, null]]),
  scalar_struct: shapes('int → struct', ['int32', [1, 2, null]], [AB, ROWS]),
  struct_scalar: shapes('struct → string', [AB, ROWS], ['string', ['{}', 'two', null]]),
  struct_map: shapes(
    'struct → map',
    [struct({ k: 'int32' }), [{ k: 1 }, { k: 2 }, null]],
    [map('string', 'int32'), [{ k: 1 }, { k: 2 }, null]],
  ),
  map_struct: shapes(
    'map → struct',
    [map('string', 'int32'), [{ k: 1 }, { k: 2 }, null]],
    [struct({ k: 'int32' }), [{ k: 1 }, { k: 2 }, null]],
  ),
}

/** By a key that is the table's name too. */
export const CELLS: Readonly<Record<string, Cell>> = {
  ...COLUMNS,
  ...INTEGERS,
  ...FLOATING,
  ...DECIMALS,
  ...TIMES,
  ...TEXT,
  ...STRUCTS,
  ...ARRAYS,
  ...MAPS,
  ...SHAPES,
}
