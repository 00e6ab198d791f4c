/** A file's schema → Hive columns, with a diagnostic for all that is left out or hazardous. Nothing is guessed. */
import { isTakenOver } from '../evolution/fields-by-position.ts'
import { breaksHiveSchema } from '../evolution/names.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { Undeclared } from '../schema/observed.ts'
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
  /** What is not in them. */
  readonly undeclared: readonly Undeclared[]
  readonly diagnostics: readonly Diagnostic[]
}

/** Maps the top-level columns. @param summaries per leaf column, what the row groups say */
export function mapColumns(
  fields: readonly Node[],
  summaries: readonly ColumnSummary[],
  rules: TypeRules = USUAL_TYPES,
): HiveColumns {
  const mapper: Mapper = { summaries, rules, findings: [], undeclared: [], comments: new Map() }
  const columns = mapFields(mapper, fields, TOP, columnNameFault).map(column =>
    commented(column, mapper.comments.get(column.name)),
  )
  for (const column of columns) noteLength(mapper, column)
  const usable = new Set(columns.map(column => column.name))
  const millis = fields.filter(countsMillis).map(field => lower(field.name))
  return {
    columns,
    millis: millis.filter(name => usable.has(name)),
    undeclared: mapper.undeclared,
    diagnostics: mapper.findings,
  }
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
  readonly undeclared: Undeclared[]
  /** By path. */
  readonly comments: Map<string, string>
}

/** Where the recursion is. */
interface Place {
  /** For people: as the file names it, joined by dots. */
  readonly path: string
  /** As `Undeclared.path`. */
  readonly at: readonly string[]
}

const TOP: Place = { path: '', at: [] }

const below = ({ path, at }: Place, name: string, step = lower(name)): Place => ({
  path: path === '' ? name : `${path}.${name}`,
  at: [...at, step],
})

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
  parent: Place,
  fault: (name: string) => string | undefined,
): StructField[] {
  const ambiguous = ambiguousNames(fields.map(field => field.name))
  return fields.flatMap(field => {
    const place = below(parent, field.name)
    const name = lower(field.name)
    const usable = checkName(mapper, place, ambiguous.has(name), fault(field.name))
    const type = usable ? mapNode(mapper, field, place) : undefined
    return type === undefined ? [] : [{ name, type }]
  })
}

function checkName(mapper: Mapper, place: Place, ambiguous: boolean, fault: string | undefined): boolean {
  const { path } = place
  if (fault !== undefined)
    omit(mapper, 'unusable-name', 'UNUSABLE_NAME', `the name of column '${path}' ${fault}`, place)
  else if (ambiguous)
    omit(
      mapper,
      'duplicate',
      'DUPLICATE_COLUMN',
      `column '${path}' has the name of another, case ignored`,
      place,
    )
  return fault === undefined && !ambiguous
}

function omit(
  mapper: Mapper,
  shape: string,
  code: FindingCode,
  message: string,
  { path, at }: Place,
): undefined {
  mapper.findings.push(finding(code, message, path))
  mapper.undeclared.push({ path: at, shape })
}

const isRepeated = (step: string): boolean => ['[]', '{key}', '{value}'].includes(step)

/** A field's type: one that is repeated without a LIST around it is an array (LogicalTypes.md, LIST). */
function mapNode(mapper: Mapper, node: Node, place: Place): Type | undefined {
  if (node.repetition !== 'repeated') return mapValue(mapper, node, place)
  const { path, at } = place
  const type = mapValue(mapper, node, { path, at: [...at, '[]'] })
  if (type === undefined) return undefined
  const code = type.kind === 'struct' ? 'TRINO_READS_NULL' : 'REPEATED_WITHOUT_LIST'
  const message = `column '${path}' is repeated without being a LIST: taken as an array`
  mapper.findings.push(finding(code, message, path, at.some(isRepeated)))
  return { kind: 'array', element: type }
}

/** The type of one value, whatever the node's own repetition. */
function mapValue(mapper: Mapper, node: Node, place: Place): Type | undefined {
  const { path, at } = place
  if (node.kind === 'leaf') {
    const summary = mapper.summaries[node.column] as ColumnSummary
    const { type, shape, comment, findings } = mapLeaf(node, path, summary, mapper.rules)
    mapper.findings.push(...findings)
    if (shape !== undefined) mapper.undeclared.push({ path: at, shape })
    if (comment !== undefined && node.repetition !== 'repeated') mapper.comments.set(lower(path), comment)
    return type
  }
  switch (node.logical?.kind) {
    case undefined:
      return mapStruct(mapper, node, place)
    case 'list':
      return mapList(mapper, node, place)
    case 'map':
      return mapMap(mapper, node, place)
    case 'variant':
      return mapVariant(mapper, node, place)
    default:
      mapper.findings.push(
        finding(
          'UNKNOWN_TYPE',
          `group '${path}' has an annotation that goldsync does not know: taken as a struct`,
          path,
        ),
      )
      return mapStruct(mapper, node, place)
  }
}

function mapStruct(mapper: Mapper, group: Group, place: Place): Type | undefined {
  const fields = mapFields(mapper, group.children, place, fieldNameFault)
  if (fields.length > 0) return { kind: 'struct', fields }
  const message = `group '${place.path}' has no field that a table can hold`
  return omit(mapper, 'empty-struct', 'EMPTY_STRUCT', message, place)
}

function mapList(mapper: Mapper, list: Group, place: Place): Type | undefined {
  const node = listElement(list)
  if (node === undefined) {
    const message = `'${place.path}' is a LIST without one repeated field`
    return omit(mapper, 'malformed', 'MALFORMED_LIST', message, place)
  }
  checkHiveSchema(
    mapper,
    place.path,
    isStruct(node) ? [list.children[0] as Node, node].map(named) : namesIn(list),
  )
  const within = below(place, 'element', '[]')
  const element = mapValue(mapper, node, within)
  if (element?.kind === 'struct' && !isTakenOver(within.at))
    checkGroupName(mapper, place.path, list.children[0] as Node, node)
  return element && { kind: 'array', element }
}

/** Of a list of structs Hive knows by the repeated group's name, letter for letter, whether it is the struct or is around it. */
function checkGroupName(mapper: Mapper, path: string, group: Node, element: Node): void {
  const isAround = group.name === 'list' || group.name === 'bag'
  if (isAround !== (group === element)) return
  const code = isAround ? 'LIST_WITHOUT_GROUP' : 'LIST_GROUP_NAME'
  const what = isAround ? 'whose structs are named' : 'with a group around its structs that is named'
  mapper.findings.push(finding(code, `'${path}' is a LIST ${what} '${group.name}'`, path))
}

const named = ({ name }: Node): string => name

const namesIn = ({ children }: Group): readonly string[] =>
  children.flatMap(child => [child.name, ...(child.kind === 'group' ? namesIn(child) : [])])

const isStruct = (node: Node): boolean => node.kind === 'group' && node.logical === undefined

/** Hive reads these names, whether the table declares them or not: within a map, or a list of other than structs. */
function checkHiveSchema(mapper: Mapper, path: string, names: readonly string[]): void {
  const bad = names.find(breaksHiveSchema)
  if (bad === undefined) return
  const what = bad === '' ? 'an empty name' : `the name '${bad}'`
  mapper.findings.push(finding('NAME_WITHIN', `column '${path}' has ${what} in it`, path))
}

function mapMap(mapper: Mapper, map: Group, place: Place): Type | undefined {
  const { path } = place
  const malformed = (code: FindingCode, message: string) => omit(mapper, 'malformed', code, message, place)
  const parts = mapParts(map)
  if (parts === undefined)
    return malformed('MALFORMED_MAP', `'${path}' is a MAP without a repeated key and value`)
  if (parts.value === undefined)
    return malformed('MAP_WITHOUT_VALUE', `'${path}' is a MAP of keys without values`)
  if (parts.key.kind === 'group')
    return malformed('MAP_KEY_NOT_PRIMITIVE', `the keys of '${path}' are groups`)
  if (parts.key.repetition !== 'required')
    mapper.findings.push(finding('OPTIONAL_MAP_KEY', `the keys of '${path}' may be null`, path))
  checkHiveSchema(mapper, path, namesIn(map))
  const keys = below(place, 'key', '{key}')
  const key = mapValue(mapper, parts.key, keys)
  const value = mapNode(mapper, parts.value, below(place, 'value', '{value}'))
  // The values of keys that are left out need no telling: no table reads such a map.
  if (key && value === undefined) mapper.undeclared.push({ path: keys.at, shape: 'typed', type: key })
  return key && value && { kind: 'map', key, value }
}

/** LogicalTypes.md, VARIANT: with `typed_value` a part of the values is there and not in `value`. */
function mapVariant(mapper: Mapper, group: Group, place: Place): Type | undefined {
  const { path } = place
  if (group.children.some(child => child.name === 'typed_value')) {
    const message = `'${path}' is a shredded VARIANT, which no table type can hold`
    return omit(mapper, 'variant-shredded', 'VARIANT_SHREDDED', message, place)
  }
  mapper.findings.push(
    finding('VARIANT_AS_STRUCT', `'${path}' is a VARIANT, taken as a struct of binaries`, path),
  )
  return mapStruct(mapper, group, place)
}
