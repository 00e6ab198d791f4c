/**
 * What a file's column is stored as, and the type that a table gives it: each pair that goldsync accepts, with values to ask
 * for. In every file there are four values in ascending order, each in four rows and a null after them.
 */
import type { ArrowType } from '../../../support/pyarrow.ts'

export interface Pair {
  /** The column's name. */
  readonly name: string
  /** What is stored: a type of pyarrow's. */
  readonly file: ArrowType
  /** Arguments of the writer, where they choose how it is stored. */
  readonly stored?: Stored
  /** The table's type, in Hive's form. */
  readonly table: string
  /** Four values in ascending order; none where all of them are null. */
  readonly values: readonly unknown[]
  /** As the table shows them, where that is another text. */
  readonly shown?: readonly unknown[]
  /** Literals of the table's type: one between the second and the third value, one below and one above all that the file's type can hold. */
  readonly absent?: string
  readonly below?: string
  readonly above?: string
  /** Literals of the values, where they are not their text. */
  readonly literals?: readonly string[]
  /** What of the column is compared, after its name: `.a`, `[first]`. */
  readonly path?: string
  /** The leaf's path, where it is not the column. */
  readonly leaf?: string
  /** Other conditions, and the values (0 to 3) for which they hold. */
  readonly also?: readonly (readonly [condition: string, holds: readonly number[]])[]
}

export type Stored = 'integers' | 'INT96'

const pair = (
  name: string,
  file: ArrowType,
  table: string,
  rest: Omit<Pair, 'name' | 'file' | 'table'>,
): Pair => ({
  name,
  file,
  table,
  ...rest,
})

/** Beyond 32 bits; the lower 32 are a value that is there, or would turn a comparison around. */
const BEYOND = { below: '-7000000000', above: '4294967298' }
const integers = (file: string, table: string, beyond: Partial<Pair> = {}): Pair =>
  pair(`${file}_${table}`, file, table, { values: [1, 2, 50, 100], absent: '20', ...beyond })

const INTEGERS: readonly Pair[] = [
  integers('int8', 'tinyint'),
  integers('int8', 'smallint', { below: '-300', above: '258' }),
  integers('int8', 'int', { below: '-70000', above: '258' }),
  integers('int8', 'bigint', BEYOND),
  integers('int16', 'smallint'),
  integers('int16', 'int', { below: '-70000', above: '65538' }),
  integers('int16', 'bigint', BEYOND),
  integers('int32', 'int'),
  integers('int32', 'bigint', BEYOND),
  integers('int64', 'bigint'),
  integers('uint8', 'smallint', { values: [1, 2, 50, 200], above: '258' }),
  integers('uint8', 'int', { values: [1, 2, 50, 200], above: '65538' }),
  integers('uint8', 'bigint', { values: [1, 2, 50, 200], ...BEYOND }),
  integers('uint16', 'int', { values: [1, 2, 50, 60_000], above: '65538' }),
  integers('uint16', 'bigint', { values: [1, 2, 50, 60_000], ...BEYOND }),
  integers('uint32', 'bigint', BEYOND),
  integers('uint64', 'bigint'),
]

const FLOATING: readonly Pair[] = [
  pair('float_float', 'float', 'float', { values: [1.5, 2.5, 50.25, 100.5], absent: '20.5' }),
  pair('float_double', 'float', 'double', {
    values: [1.5, 2.5, 50.25, 100.5],
    absent: '20.5',
    below: '-1e300',
    above: '1e300',
  }),
  // What is stored for 100.1 is a little less, for 0.1 a little more.
  pair('float_double_rounded', 'float', 'double', {
    values: [0.1, 2.5, 50.25, 100.1],
    shown: [0.10000000149011612, 2.5, 50.25, 100.0999984741211],
    literals: ['0.10000000149011612', '2.5', '50.25', '100.0999984741211'],
    absent: '20.5',
    also: [
      ['v > 0.1', [0, 1, 2, 3]],
      ['v < 100.1', [0, 1, 2, 3]],
      ['v = 0.1', []],
    ],
  }),
  pair('double_double', 'double', 'double', { values: [1.5, 2.5, 50.25, 100.5], absent: '20.5' }),
  pair('double_zero', 'double', 'double', {
    values: ['-0.0', 2.5, 50.25, 100.5],
    shown: [0, 2.5, 50.25, 100.5],
    literals: ['0.0', '2.5', '50.25', '100.5'],
    absent: '20.5',
    also: [
      ['v = 0.0', [0]],
      ['v = -0.0', [0]],
      ['v <= 0.0', [0]],
      ['v in (0.0, 2.5)', [0, 1]],
    ],
  }),
]

const CENTS = ['1.50', '2.50', '50.25', '100.50']
const decimals = (precision: number, table: number, stored?: Stored): Pair =>
  pair(
    `decimal${precision}_${table}${stored ? `_${stored}` : ''}`,
    `decimal(${precision},2)`,
    `decimal(${table},2)`,
    {
      values: CENTS,
      absent: '20.50',
      ...(table > precision
        ? { below: `-${'9'.repeat(table - 2)}.00`, above: `${'9'.repeat(table - 2)}.00` }
        : {}),
      ...(stored ? { stored } : {}),
    },
  )

const DECIMALS: readonly Pair[] = [
  decimals(9, 9),
  decimals(9, 18),
  decimals(9, 20),
  decimals(9, 38),
  decimals(18, 18),
  decimals(18, 38),
  decimals(20, 20),
  decimals(20, 38),
  decimals(9, 9, 'integers'),
  decimals(9, 18, 'integers'),
  decimals(9, 20, 'integers'),
  decimals(18, 18, 'integers'),
  decimals(18, 38, 'integers'),
]

const MOMENTS = [
  '1969-12-31 23:59:58.5',
  '2019-09-01 01:02:03',
  '2019-09-02 01:02:03.004',
  '2025-01-01 00:00:00',
]
const NOON = '2019-09-01 12:00:00'
const moments = (name: string, file: string, rest: Partial<Pair> = {}): Pair =>
  pair(name, file, 'timestamp', {
    values: MOMENTS,
    absent: NOON,
    below: '1700-01-01 00:00:00',
    above: '2240-01-01 00:00:00',
    ...rest,
  })

const DAYS = ['1969-12-31', '2019-09-01', '2019-09-05', '2025-01-01']
const TIMES: readonly Pair[] = [
  moments('millis_timestamp', 'timestamp[ms]'),
  moments('micros_timestamp', 'timestamp[us]'),
  moments('nanos_timestamp', 'timestamp[ns]'),
  moments('utc_timestamp', 'timestamp[us, UTC]'),
  moments('int96_timestamp', 'timestamp[ns]', { stored: 'INT96' }),
  pair('millis_bigint', 'timestamp[ms]', 'bigint', {
    values: MOMENTS,
    literals: MOMENTS.map(text => String(Date.parse(`${text}Z`))),
    absent: String(Date.parse(`${NOON}Z`)),
  }),
  pair('date_date', 'date32', 'date', {
    values: DAYS,
    absent: '2019-09-03',
    below: '1700-01-01',
    above: '2240-01-01',
  }),
  pair('time_micros_bigint', 'time64[us]', 'bigint', { values: [1, 2, 50, 100], absent: '20', ...BEYOND }),
  pair('time_nanos_bigint', 'time64[ns]', 'bigint', { values: [1, 2, 50, 100], absent: '20', ...BEYOND }),
]

const WORDS = ['abc', 'abd', 'x', 'zürich']
const words = (name: string, file: string, table: string, rest: Partial<Pair> = {}): Pair =>
  pair(name, file, table, { values: WORDS, absent: 'm', ...rest })
const TEXT: readonly Pair[] = [
  words('string_string', 'string', 'string'),
  words('large_string', 'large_string', 'string'),
  words('json_string', 'json', 'string', { values: ['1', '2', '5', '{}'], absent: '4' }),
  words('binary_string', 'binary', 'string'),
  words('binary_binary', 'binary', 'binary'),
  words('fixed_binary', 'fixed(2)', 'binary', { values: ['aa', 'bb', 'mm', 'zz'], absent: 'cc' }),
  words('string_varchar', 'string', 'varchar(10)'),
  words('string_char', 'string', 'char(10)'),
  // Longer than the table's: engines cut them.
  words('string_varchar_cut', 'string', 'varchar(2)', {
    values: ['abc', 'bbc', 'x', 'zürich'],
    shown: ['ab', 'bb', 'x', 'zü'],
    literals: ['ab', 'bb', 'x', 'zü'],
  }),
  words('string_char_cut', 'string', 'char(2)', {
    values: ['abc', 'bbc', 'x', 'zürich'],
    shown: ['ab', 'bb', 'x', 'zü'],
    literals: ['ab', 'bb', 'x', 'zü'],
  }),
  // A char ends with no blanks, whatever the file has.
  words('string_char_blanks', 'string', 'char(10)', {
    values: ['abc  ', 'abd  ', 'x  ', 'zürich  '],
    shown: WORDS,
    literals: WORDS,
  }),
  pair('bool_boolean', 'bool', 'boolean', {
    values: [false, false, true, true],
    also: [
      ['v = true', [2, 3]],
      ['v = false', [0, 1]],
      ['v', [2, 3]],
    ],
  }),
]

const field = (file: ArrowType, values: readonly unknown[]) => ({
  file: { struct: { a: file } },
  values: values.map(a => ({ a })),
  literals: values.map(String),
  path: '.a',
})
const element = (file: ArrowType, values: readonly unknown[]) => ({
  file: { list: file },
  values: values.map(one => [one]),
  literals: values.map(String),
  path: '[first]',
  leaf: 'list.element',
})
const entry = (file: ArrowType, values: readonly unknown[]) => ({
  file: { map: ['string', file] } as const,
  values: values.map(k => ({ k })),
  literals: values.map(String),
  path: "['k']",
  leaf: 'key_value.value',
})
const nested = (
  name: string,
  table: string,
  { file, ...rest }: ReturnType<typeof field | typeof element | typeof entry>,
  absent: string,
  beyond = {},
): Pair => pair(name, file, table, { ...rest, absent, ...beyond })

const NESTED: readonly Pair[] = [
  nested('field_int', 'struct<a:int>', field('int32', [1, 2, 50, 100]), '20'),
  nested('field_int_bigint', 'struct<a:bigint>', field('int32', [1, 2, 50, 100]), '20', BEYOND),
  nested('field_uint_bigint', 'struct<a:bigint>', field('uint32', [1, 2, 50, 100]), '20', BEYOND),
  nested('field_float_double', 'struct<a:double>', field('float', [1.5, 2.5, 50.25, 100.5]), '20.5'),
  nested('element_int_bigint', 'array<bigint>', element('int32', [1, 2, 50, 100]), '20', BEYOND),
  nested('element_float_double', 'array<double>', element('float', [1.5, 2.5, 50.25, 100.5]), '20.5'),
  nested('value_int_bigint', 'map<string,bigint>', entry('int32', [1, 2, 50, 100]), '20', BEYOND),
  nested('value_float_double', 'map<string,double>', entry('float', [1.5, 2.5, 50.25, 100.5]), '20.5'),
]

const TYPED_LITERALS: Readonly<Record<string, string>> = {
  int: '5',
  bigint: '5',
  float: '5.5',
  double: '5.5',
  'decimal(9,2)': '5.50',
  'decimal(20,2)': '5.50',
  string: 'x',
  binary: 'x',
  date: '2019-09-01',
  timestamp: '2019-09-01 00:00:00',
  boolean: '',
  'array<int>': '',
  'struct<a:int>': '',
}
const short = (type: string) => type.replace(/\W+/g, '_').replace(/_$/, '')

/** Columns that are only null, by what is stored for them. */
const NULLS: readonly Pair[] = ['null', 'int32', 'int64', 'double', 'binary', 'string', 'bool'].flatMap(
  file =>
    Object.entries(TYPED_LITERALS).map(([table, absent]) =>
      pair(`nulls_${file}_${short(table)}`, file, table, {
        values: [],
        ...(absent === '' ? {} : { absent }),
      }),
    ),
)
const nulls = (name: string, file: ArrowType, table: string, one: unknown): Pair =>
  pair(name, file, table, { values: [one, one, one, one] })
const NULLS_WITHIN: readonly Pair[] = [
  nulls('nulls_list_string', { list: 'null' }, 'array<string>', []),
  nulls('nulls_list_of_one', { list: 'null' }, 'array<string>', [null]),
  nulls('nulls_list_int32_string', { list: 'int32' }, 'array<string>', []),
  nulls('nulls_field', { struct: { a: 'int32', b: 'null' } }, 'struct<a:int,b:string>', { a: 1, b: null }),
  nulls('nulls_field_int', { struct: { a: 'int32', b: 'null' } }, 'struct<a:int,b:int>', { a: 1, b: null }),
  nulls('nulls_field_struct', { struct: { a: 'int32', b: 'null' } }, 'struct<a:int,b:struct<c:int>>', {
    a: 1,
    b: null,
  }),
  nulls('nulls_value', { map: ['string', 'null'] }, 'map<string,string>', { k: null }),
]

/** A row group, or page, of only nulls, in a column that has values. */
const NULL_GROUPS: readonly Pair[] = (
  [
    ['int32', 'int', [1, 2, 50, null]],
    ['int32', 'bigint', [1, 2, 50, null]],
    ['double', 'double', [1.5, 2.5, 50.5, null]],
    ['string', 'string', ['a', 'b', 'x', null]],
  ] as const
).map(([file, table, values]) =>
  pair(`group_of_nulls_${file}_${table}`, file, table, { values, absent: file === 'string' ? 'm' : '20' }),
)

export const PAIRS: readonly Pair[] = [
  ...INTEGERS,
  ...FLOATING,
  ...DECIMALS,
  ...TIMES,
  ...TEXT,
  ...NESTED,
  ...NULL_GROUPS,
  ...NULLS,
  ...NULLS_WITHIN,
]
