/** A file's schema → Hive columns, with a diagnostic for all that is left out or hazardous. Nothing is guessed. */
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Column } from '../schema/table.ts'
import { printType, type StructField, type Type } from '../schema/type.ts'
import { type FindingCode, finding } from './findings.ts'
import { mapLeaf } from './leaf.ts'
import { listElement } from './lists.ts'
import { mapParts } from './maps.ts'
import { ambiguousNames, columnNameFault, fieldNameFault, lower } from './names.ts'
import { type TypeRules, USUAL_TYPES } from './rules.ts'
import type { ColumnSummary } from './summary.ts'
import type { Group, Node } from './tree.ts'

export interface HiveColumns {
  /** Top-level columns in file order, names in lower case. */
  readonly columns: readonly Column[]
  /** Those of them that count milliseconds since 1970. */
  readonly millis: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Maps the top-level columns. @param summaries per leaf column, what the row groups say */
export function mapColumns(
  fields: readonly Node[],
  summaries: readonly ColumnSummary[],
  rules: TypeRules = USUAL_TYPES,
): HiveColumns {
  const mapper: Mapper = { summaries, rules, findings: [], comments: new Map() }
  const columns = mapFields(mapper, fields, '', columnNameFault).map(column =>
    commented(column, mapper.comments.get(column.name)),
  )
  for (const column of columns) noteLength(mapper, column)
  const usable = new Set(columns.map(column => column.name))
  const millis = fields.filter(countsMillis).map(field => lower(field.name))
  return { columns, millis: millis.filter(name => usable.has(name)), diagnostics: mapper.findings }
}

/** INT96 has no unit of its own, and counts of another unit would mix with these. */
const countsMillis = (field: Node): boolean =>
  field.kind === 'leaf' &&
  field.physical === 'INT64' &&
  field.logical?.kind === 'timestamp' &&
  field.logical.unit === 'millis' &&
  field.repetition !== 'repeated'

/** What the recursion shares; the schema's depth is bounded. */
interface Mapper {
  readonly summaries: readonly ColumnSummary[]
  readonly rules: TypeRules
  readonly findings: Diagnostic[]
  /** By path. */
  readonly comments: Map<string, string>
}

const commented = (column: Column, comment: string | undefined): Column =>
  comment === undefined ? column : { ...column, comment }

/** Characters that Hive metastores keep whose database was made before Hive 2.3. */
const LONG_TYPE = 4000

function noteLength(mapper: Mapper, { name, type }: Column): void {
  const { length } = printType(type)
  if (length <= LONG_TYPE) return
  const message = `the type of column '${name}' has ${length} characters; metastores whose database was made before Hive 2.3 hold ${LONG_TYPE}`
  mapper.findings.push(finding('LONG_TYPE', message, name))
}

function mapFields(
  mapper: Mapper,
  fields: readonly Node[],
  parent: string,
  fault: (name: string) => string | undefined,
): StructField[] {
  const ambiguous = ambiguousNames(fields.map(field => field.name))
  return fields.flatMap(field => {
    const path = parent === '' ? field.name : `${parent}.${field.name}`
    const name = lower(field.name)
    const usable = checkName(mapper, path, ambiguous.has(name), fault(field.name))
    const type = usable ? mapNode(mapper, field, path) : undefined
    return type === undefined ? [] : [{ name, type }]
  })
}

function checkName(mapper: Mapper, path: string, ambiguous: boolean, fault: string | undefined): boolean {
  if (fault !== undefined) omit(mapper, 'UNUSABLE_NAME', `the name of column '${path}' ${fault}`, path)
  else if (ambiguous)
    omit(mapper, 'DUPLICATE_COLUMN', `column '${path}' has the name of another, case ignored`, path)
  return fault === undefined && !ambiguous
}

function omit(mapper: Mapper, code: FindingCode, message: string, path: string): undefined {
  mapper.findings.push(finding(code, message, path))
}

/** A field's type: one that is repeated without a LIST around it is an array (LogicalTypes.md, LIST). */
function mapNode(mapper: Mapper, node: Node, path: string): Type | undefined {
  const type = mapValue(mapper, node, path)
  if (type === undefined || node.repetition !== 'repeated') return type
  const code = type.kind === 'struct' ? 'TRINO_READS_NULL' : 'REPEATED_WITHOUT_LIST'
  mapper.findings.push(
    finding(code, `column '${path}' is repeated without being a LIST: taken as an array`, path),
  )
  return { kind: 'array', element: type }
}

/** The type of one value, whatever the node's own repetition. */
function mapValue(mapper: Mapper, node: Node, path: string): Type | undefined {
  if (node.kind === 'leaf') {
    const summary = mapper.summaries[node.column] as ColumnSummary
    const { type, comment, findings } = mapLeaf(node, path, summary, mapper.rules)
    mapper.findings.push(...findings)
    if (comment !== undefined && node.repetition !== 'repeated') mapper.comments.set(lower(path), comment)
    return type
  }
  switch (node.logical?.kind) {
    case undefined:
      return mapStruct(mapper, node, path)
    case 'list':
      return mapList(mapper, node, path)
    case 'map':
      return mapMap(mapper, node, path)
    case 'variant':
      return mapVariant(mapper, node, path)
    default:
      mapper.findings.push(
        finding(
          'UNKNOWN_TYPE',
          `group '${path}' has an annotation that goldsync does not know: taken as a struct`,
          path,
        ),
      )
      return mapStruct(mapper, node, path)
  }
}

function mapStruct(mapper: Mapper, group: Group, path: string): Type | undefined {
  const fields = mapFields(mapper, group.children, path, fieldNameFault)
  if (fields.length > 0) return { kind: 'struct', fields }
  return omit(mapper, 'EMPTY_STRUCT', `group '${path}' has no field that a table can hold`, path)
}

function mapList(mapper: Mapper, list: Group, path: string): Type | undefined {
  const node = listElement(list)
  if (node === undefined)
    return omit(mapper, 'MALFORMED_LIST', `'${path}' is a LIST without one repeated field`, path)
  const element = mapValue(mapper, node, `${path}.element`)
  return element && { kind: 'array', element }
}

function mapMap(mapper: Mapper, map: Group, path: string): Type | undefined {
  const parts = mapParts(map)
  if (parts === undefined)
    return omit(mapper, 'MALFORMED_MAP', `'${path}' is a MAP without a repeated key and value`, path)
  if (parts.value === undefined)
    return omit(mapper, 'MAP_WITHOUT_VALUE', `'${path}' is a MAP of keys without values`, path)
  if (parts.key.kind === 'group')
    return omit(mapper, 'MAP_KEY_NOT_PRIMITIVE', `the keys of '${path}' are groups`, path)
  if (parts.key.repetition !== 'required')
    mapper.findings.push(finding('OPTIONAL_MAP_KEY', `the keys of '${path}' may be null`, path))
  const key = mapValue(mapper, parts.key, `${path}.key`)
  const value = mapNode(mapper, parts.value, `${path}.value`)
  return key && value && { kind: 'map', key, value }
}

/** LogicalTypes.md, VARIANT: with `typed_value` a part of the values is there and not in `value`. */
function mapVariant(mapper: Mapper, group: Group, path: string): Type | undefined {
  if (group.children.some(child => child.name === 'typed_value'))
    return omit(
      mapper,
      'VARIANT_SHREDDED',
      `'${path}' is a shredded VARIANT, which no table type can hold`,
      path,
    )
  mapper.findings.push(
    finding('VARIANT_AS_STRUCT', `'${path}' is a VARIANT, taken as a struct of binaries`, path),
  )
  return mapStruct(mapper, group, path)
}
