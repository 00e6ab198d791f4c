/** What Iceberg's readers are asked for: the changes of the evolution matrix, and layouts, nulls in keys and types of their own. */
import type { Columns } from '../../support/golden-zone.ts'
import { CELLS, type Cell as Change, type Version } from '../evolution/cells.ts'
import type { Bounded } from './conditions.ts'

/** Files of both versions come to three partitions: the first has the old one, the second the new one, the third both. */
export const PLACES = ['01', '02', '03'] as const
export type Place = (typeof PLACES)[number]

export interface Layout {
  readonly title: string
  readonly template: string
  readonly partitionKeys?: Readonly<Record<string, { readonly type: string; readonly value: string }>>
  /** Below the topic's folder. */
  readonly folders: Readonly<Record<Place, string>>
  /** Of each partition, as rows show them: text, and null where that is meant. */
  readonly keys: Readonly<Record<Place, Readonly<Record<string, string | null>>>>
}

const NULL = '__HIVE_DEFAULT_PARTITION__'
const each = <T>(make: (place: Place) => T): Readonly<Record<Place, T>> => ({
  '01': make('01'),
  '02': make('02'),
  '03': make('03'),
})
const hourly = each(hour => ({ year: '2019', month: '09', day: '01', hour }))

export const LAYOUTS = {
  positional: {
    title: 'positional',
    template: '{topic}/{yyyy}/{MM}/{dd}/{HH}',
    folders: each(hour => `2019/09/01/${hour}`),
    keys: hourly,
  },
  named: {
    title: '`key=value`',
    template: '{topic}/year={yyyy}/month={MM}/day={dd}/hour={HH}',
    folders: each(hour => `year=2019/month=09/day=01/hour=${hour}`),
    keys: hourly,
  },
  typed: {
    title: 'a `date` and an `int` as keys',
    template: '{topic}/{yyyy}/{MM}/{dd}/{HH}',
    partitionKeys: { dt: { type: 'date', value: '{yyyy}-{MM}-{dd}' }, hr: { type: 'int', value: '{HH}' } },
    folders: { '01': '2019/09/01/01', '02': '1969/12/31/23', '03': '2020/02/29/00' },
    keys: {
      '01': { dt: '2019-09-01', hr: '1' },
      '02': { dt: '1969-12-31', hr: '23' },
      '03': { dt: '2020-02-29', hr: '0' },
    },
  },
  nulls: {
    title: 'keys that are null, and text that must be escaped',
    template: '{topic}/n={n}/region={region}',
    partitionKeys: { n: { type: 'bigint', value: '{n}' }, region: { type: 'string', value: '{region}' } },
    folders: {
      '01': `n=${NULL}/region=São%2FPaulo`,
      '02': `n=-7000000000/region=${NULL}`,
      '03': `n=${NULL}/region=${NULL}`,
    },
    keys: {
      '01': { n: null, region: 'São/Paulo' },
      '02': { n: '-7000000000', region: null },
      '03': { n: null, region: null },
    },
  },
} as const satisfies Readonly<Record<string, Layout>>

export interface Cell {
  readonly group: 'layouts' | 'types' | Change['group']
  readonly change: string
  readonly layout: keyof typeof LAYOUTS
  readonly old: Version
  readonly new: Version
  readonly filter?: string
  /** Of the column `v`, where it is asked for by conditions at its bounds. */
  readonly bounded?: Bounded
}

const MANY: Columns = [
  ['id', 'int32', [1, 2, 3]],
  ['amount', 'decimal(9,2)', ['1.50', '-2.25', null]],
  ['name', 'string', ['a', 'ü'.repeat(40), null]],
  ['day_of', 'date32', ['2019-09-01', '1969-12-31', null]],
  [
    'nested',
    { struct: { a: 'int32', b: { list: 'string' } } },
    [{ a: 1, b: ['x', null] }, { a: null, b: [] }, null],
  ],
]
/** Reordered, spelled otherwise, wider, with a column and a field more. */
const CHANGED: Columns = [
  ['ID', 'int64', [10_000_000_000, 5, 6]],
  ['Extra', 'int64', [7, null, 8]],
  ['NAME', 'string', ['z', 'y', null]],
  ['Amount', 'decimal(9,2)', ['0.10', '3.00', null]],
  [
    'Nested',
    { struct: { A: 'int64', b: { list: 'string' }, c: 'date32' } },
    [{ A: 5, b: ['q'], c: '2020-02-29' }, null, { A: 6, b: null, c: null }],
  ],
]

const layoutCell = (layout: keyof typeof LAYOUTS): Cell => ({
  group: 'layouts',
  change: LAYOUTS[layout].title,
  layout,
  old: { columns: MANY },
  new: { columns: CHANGED },
  filter: 'id >= 1',
})

type Column = Columns[number]
/** The same column in both versions. */
const typeCell = (
  change: string,
  type: Column[1],
  values: readonly unknown[],
  { options, ...asked }: Pick<Cell, 'filter' | 'bounded'> & Pick<Version, 'options'> = {},
): Cell => {
  const version = (ids: readonly number[]): Version => ({
    columns: [
      ['id', 'int32', ids],
      ['v', type, values],
    ],
    ...(options ? { options } : {}),
  })
  return {
    ...{ group: 'types', change, layout: 'positional' },
    ...{ old: version([1, 2, 3]), new: version([4, 5, 6]) },
    ...asked,
  }
}

const number = (below?: string, above?: string): Pick<Cell, 'bounded'> => ({
  bounded: { as: 'number', ...(below && above ? { below, above } : {}) },
})
const MOMENTS = ['2019-09-01 01:02:03.004', '1969-12-31 23:59:58.5', null]
const TIMES: Pick<Cell, 'bounded'> = {
  bounded: { as: 'timestamp', below: '1969-12-31 23:59:58.499', above: '2019-09-01 01:02:03.005' },
}
const DECIMALS = ['1234567.89', '-0.01', null]
const STORED = { options: { store_decimal_as_integer: true } }

const OWN: Readonly<Record<string, Cell>> = {
  layout_positional: layoutCell('positional'),
  layout_named: layoutCell('named'),
  layout_typed: layoutCell('typed'),
  layout_nulls: layoutCell('nulls'),
  type_boolean: typeCell('boolean', 'bool', [true, false, null]),
  type_tinyint: typeCell('8 bits', 'int8', [-128, 127, null], number('-129', '128')),
  type_smallint: typeCell('16 bits', 'int16', [-32_768, 32_767, null], number('-32769', '32768')),
  type_int: typeCell('32 bits', 'int32', [-2_147_483_648, 2_147_483_647, null], number()),
  type_bigint: typeCell(
    '64 bits',
    'int64',
    ['-9007199254740993', '9007199254740993', null],
    number('-9007199254740994', '9007199254740994'),
  ),
  type_unsigned: typeCell(
    'unsigned, 32 bits',
    'uint32',
    [0, 2_147_483_647, null],
    number('-1', '2147483648'),
  ),
  type_float: typeCell('float', 'float', [1.5, -0.25, null], number('-0.5', '1.75')),
  type_double: typeCell('double', 'double', [0.25, -8, null], number('-16', '0.5')),
  type_decimal: typeCell('decimal(9,2)', 'decimal(9,2)', DECIMALS, number('-0.02', '1234567.90')),
  type_decimal_int: typeCell('decimal(9,2), stored as INT32', 'decimal(9,2)', DECIMALS, {
    ...number('-0.02', '1234567.90'),
    ...STORED,
  }),
  type_decimal_long: typeCell(
    'decimal(18,4), stored as INT64',
    'decimal(18,4)',
    ['12345678901234.5678', '-0.0100', null],
    {
      ...number('-0.0101', '12345678901234.5679'),
      ...STORED,
    },
  ),
  type_decimal_wide: typeCell(
    'decimal(38,2)',
    'decimal(38,2)',
    ['123456789012345678901234567890123456.78', '-0.01', null],
    number('-0.02', '123456789012345678901234567890123456.79'),
  ),
  type_date: typeCell('date', 'date32', ['2019-09-01', '1969-12-31', null], {
    bounded: { as: 'date', below: '1969-12-30', above: '2019-09-02' },
  }),
  type_micros: typeCell('timestamp in µs', 'timestamp[us]', MOMENTS, TIMES),
  type_millis: typeCell('timestamp in ms', 'timestamp[ms]', MOMENTS, TIMES),
  type_nanos: typeCell('timestamp in ns', 'timestamp[ns]', MOMENTS, TIMES),
  type_zoned: typeCell('timestamp of UTC', 'timestamp[us, UTC]', MOMENTS, TIMES),
  type_int96: typeCell('timestamp as INT96', 'timestamp[ns]', MOMENTS, {
    ...TIMES,
    options: { use_deprecated_int96_timestamps: true },
  }),
  // Longer than the bounds that Iceberg keeps of text.
  type_string: typeCell('string', 'string', ['', `${'ü'.repeat(20)}b`, null], {
    bounded: { as: 'text', above: `${'ü'.repeat(20)}c` },
  }),
  type_binary: typeCell('binary', 'binary', ['', 'ab', null]),
  type_fixed: typeCell('bytes of one length', 'fixed(4)', ['abcd', 'wxyz', null]),
  type_struct: typeCell(
    'struct in a struct',
    { struct: { a: 'int32', s: { struct: { B: 'string', d: 'date32' } } } },
    [{ a: 1, s: { B: 'x', d: '2019-09-01' } }, { a: null, s: null }, null],
    { filter: 'v.a >= 1' },
  ),
  type_list: typeCell('list of lists', { list: { list: 'int64' } }, [[[1, 2], []], [], null]),
  type_list_structs: typeCell('list of structs', { list: { struct: { A: 'int32', b: 'decimal(9,2)' } } }, [
    [
      { A: 1, b: '1.50' },
      { A: null, b: null },
    ],
    [],
    null,
  ]),
  type_map: typeCell('map', { map: ['string', 'int32'] }, [{ k: 1, l: null }, {}, null]),
  type_map_structs: typeCell(
    'map of structs with lists',
    { map: ['string', { struct: { a: 'timestamp[us]', b: { list: 'string' } } }] },
    [{ k: { a: '2019-09-01 01:02:03.004', b: ['x', null] } }, {}, null],
  ),
  type_map_numbers: typeCell('map with numbers as keys', { map: ['int32', 'double'] }, [
    { 1: 1.5, 2: null },
    {},
    null,
  ]),
}

/** Of the matrix of Hive's tables, a change of each kind that Iceberg knows, and some that it does not. */
const CHANGES = [
  'column_last',
  'column_middle_text',
  'column_removed_middle',
  'columns_reordered_text',
  'column_renamed_middle',
  'column_case',
  'column_optional',
  'column_typed',
  'smallint_int',
  'int_bigint',
  'bigint_int',
  'float_double',
  'decimal_scale',
  'decimal_narrower_precision',
  'millis_micros',
  'local_utc',
  'string_binary',
  'field_last',
  'field_middle',
  'fields_reordered',
  'field_renamed',
  'field_case',
  'field_wider_and_more',
  'nested_field_last',
  'element_wider',
  'element_field_middle',
  'value_field_wider',
] as const

/** By name, which is the topic's and the table's. */
export const ICEBERG_CELLS: Readonly<Record<string, Cell>> = {
  ...OWN,
  ...Object.fromEntries(
    CHANGES.map((name): [string, Cell] => [name, { ...(CELLS[name] as Change), layout: 'positional' }]),
  ),
}
