/** What Glue does not take, said before it is asked. https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html */
import { GoldsyncError } from '../../base/errors.ts'
import type { Change } from '../../schema/change.ts'
import type { Partition } from '../../schema/partition.ts'
import {
  type Column,
  type Parameters,
  type PartitionValues,
  printValues,
  type Table,
  tableId,
} from '../../schema/table.ts'
import { printType } from '../../schema/type.ts'
import { isInParts, type Refusing } from '../refusing.ts'

/** Characters; of names, bytes. */
const LONGEST = {
  name: 255,
  comment: 255,
  type: 131_072,
  'parameter name': 255,
  'parameter value': 512_000,
  location: 2056,
  'partition value': 1024,
} as const

/** A text that Glue is sent, what it is, and whose. */
interface Text {
  readonly kind: keyof typeof LONGEST
  readonly text: string
  readonly whose: string
}

/**
 * The change without partitions for which there is no room; undefined where nothing is left of it.
 * @param refusing told of these; where there is nobody, the first ends the step
 * @throws GoldsyncError `UNSUPPORTED` naming the text and the limit
 */
export function withinLimits(change: Change, refusing: Refusing | undefined): Change | undefined {
  if (!(refusing && isInParts(change))) {
    check(textsOf(change))
    return change
  }
  const held = change.partitions.filter(partition => {
    try {
      check(textsOf({ ...change, partitions: [partition] } as Change))
      return true
    } catch (error) {
      refusing.refuse(partition.values, error)
      return false
    }
  })
  return held.length === 0 ? undefined : ({ ...change, partitions: held } as Change)
}

/** Why there is no room for a partition, as `Catalog.cannotHold`. */
export function hasNoRoom({
  values,
  location: at,
}: Pick<Partition, 'values' | 'location'>): string | undefined {
  const long = firstFault([...valueTexts(values, ''), location(at, '')])
  return long && `its ${long.kind} ${long.fault}`
}

function check(texts: readonly Text[]): void {
  const found = firstFault(texts)
  if (found) throw unsupported(`the ${found.kind} of ${found.whose} ${found.fault}`)
}

function firstFault(texts: readonly Text[]): (Text & { readonly fault: string }) | undefined {
  for (const text of texts) {
    const fault = faultOf(text)
    if (fault !== undefined) return { ...text, fault }
  }
  return undefined
}

function faultOf({ kind, text }: Text): string | undefined {
  const most = LONGEST[kind]
  const [length, unit] = kind === 'name' ? [Buffer.byteLength(text), 'bytes'] : [text.length, 'characters']
  if (length > most) return `has ${length} ${unit}; Glue takes ${most}`
  if ((kind === 'name' || kind === 'comment') && /[\r\n]/.test(text))
    return 'has several lines; Glue takes one'
  // Glue would fold it without a word, and the column would be missing ever after.
  if (kind === 'name' && (text === '' || text !== text.toLowerCase()))
    return 'must be lower case and not empty'
  return undefined
}

function textsOf(change: Change): readonly Text[] {
  switch (change.kind) {
    case 'createDatabase':
      return [{ kind: 'name', text: change.database, whose: `database ${change.database}` }]
    case 'createTable':
      return tableTexts(change.table)
    case 'addColumns':
      return change.columns.flatMap(columnTexts)
    case 'changeColumnTypes':
      return [
        ...change.columns.flatMap(({ name, to }) => columnTexts({ name, type: to })),
        ...parameterTexts(change.parameters ?? {}),
      ]
    case 'addPartitions':
    case 'alterPartitions':
      return change.partitions.flatMap(partitionTexts)
    case 'movePartitions':
      return change.partitions.map(({ values, to }) => location(to, `partition ${printValues(values)}`))
    case 'dropPartitions':
    case 'stripPartitions':
      return []
    case 'renameTable':
      return [{ kind: 'name', text: change.to.name, whose: `table ${tableId(change.to)}` }]
    case 'moveTable':
      return [location(change.to, `table ${tableId(change.table)}`)]
    case 'setParameters':
      return parameterTexts(change.parameters)
    default:
      return change satisfies never
  }
}

const tableTexts = (table: Table): readonly Text[] => [
  { kind: 'name', text: table.name.name, whose: `table ${tableId(table.name)}` },
  location(table.location, `table ${tableId(table.name)}`),
  ...[...table.columns, ...table.partitionKeys].flatMap(columnTexts),
  ...parameterTexts(table.parameters),
]

function columnTexts({ name, type, comment = '' }: Column): readonly Text[] {
  const whose = `column ${name.slice(0, 80)}`
  return [
    { kind: 'name', text: name, whose },
    { kind: 'type', text: printType(type), whose },
    { kind: 'comment', text: comment, whose },
  ]
}

function partitionTexts({ values, location: at, parameters }: Partition): readonly Text[] {
  const whose = `partition ${printValues(values).slice(0, 200)}`
  return [...valueTexts(values, whose), location(at, whose), ...parameterTexts(parameters)]
}

const valueTexts = (values: PartitionValues, whose: string): readonly Text[] =>
  values.map(text => ({ kind: 'partition value', text, whose }))

const location = (text: string, whose: string): Text => ({ kind: 'location', text, whose })

const parameterTexts = (parameters: Parameters): readonly Text[] =>
  Object.entries(parameters).flatMap(([key, value]) => {
    const whose = `parameter ${key.slice(0, 80)}`
    return [
      { kind: 'parameter name', text: key, whose } as const,
      { kind: 'parameter value', text: value, whose } as const,
    ]
  })

const unsupported = (message: string): GoldsyncError =>
  new GoldsyncError('UNSUPPORTED', message, { hint: 'shorten or rename it, or exclude the topic' })
