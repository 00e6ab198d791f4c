/** Lets the engine read one file: one row of all columns, and one by each condition, by one statement. */
import type { Condition, Probe, Proof } from '../engine.ts'
import { namesOther, noRow, otherFails } from '../not-read.ts'
import { failureOnFile } from './errors.ts'
import { asText, type Dialect, keyLiteral, literal, NULL_VALUE, quoted, text } from './text.ts'

interface Source {
  /** The engine, as people call it. */
  readonly name: string
  readonly dialect: Dialect
  readonly catalog: string
  query(statement: string): Promise<readonly (readonly unknown[])[]>
}

/** @throws GoldsyncError where the engine was not asked; `NoRow` where it finds no row of the file */
export async function readFile(source: Source, probe: Probe): Promise<Proof> {
  try {
    const proof = (await readAt(source, probe, guessPath(probe))) ?? (await readFound(source, probe))
    if (proof) return proof
  } catch (error) {
    const message = failureOnFile(error)
    if (message === undefined) throw error
    if (namesOther(message, probe.file)) throw otherFails(source.name, probe, message)
    return { outcome: 'cannot', message }
  }
  throw noRow(source.name, probe)
}

const readFound = async (source: Source, probe: Probe): Promise<Proof | undefined> =>
  readAt(source, probe, await findPath(source, probe))

/** As the engine most likely spells it: the other files of the partition are then not opened. */
const guessPath = ({ location, file }: Probe): string | undefined =>
  location === undefined ? undefined : `${location.replace(/\/+$/, '')}/${file}`

/** As the engine spells it, by the file's name. */
async function findPath(source: Source, probe: Probe): Promise<string | undefined> {
  const name = probe.file.replace(/[\\%_]/g, '\\$&')
  const [row] = await source.query(
    `SELECT "$path" FROM ${from(source, probe)} AND "$path" LIKE ${text(`%/${name}`)} ESCAPE '\\' LIMIT 1`,
  )
  return row && String(row[0])
}

/** The place of the row that stands for all columns; those of the conditions begin at 0. */
const ALL_COLUMNS = -1

/** Undefined where there is no row of such a path. */
async function readAt(source: Source, probe: Probe, path: string | undefined): Promise<Proof | undefined> {
  if (path === undefined) return undefined
  const rows = await source.query(readStatement(source, probe, path))
  const found = new Set(rows.filter(([, seen]) => seen !== null).map(([at]) => Number(at)))
  if (found.size === 0) return undefined
  const lost = probe.conditions.filter(({ value }, at) => value !== undefined && !found.has(at))
  return { outcome: 'read', lost }
}

/**
 * The row that stands for all columns holds a checksum of them: it tells no values, is made of all that is inside nested
 * ones, and is null where there is no row. Each condition is a scan of its own: only so is it pushed down to the file's
 * statistics, dictionaries and bloom filters.
 */
function readStatement(source: Source, probe: Probe, path: string): string {
  const rows = `${from(source, probe)} AND "$path" = ${text(path)}`
  const names = probe.columns.map(({ name }) => quoted(name)).join(', ')
  const selects = probe.conditions.map(
    (condition, at) => `(SELECT ${at}, X'' FROM ${rows} AND ${holds(condition, source.dialect)} LIMIT 1)`,
  )
  if (probe.columns.length > 0) {
    selects.push(`SELECT ${ALL_COLUMNS}, checksum(ROW(${names})) FROM (SELECT ${names} FROM ${rows} LIMIT 1)`)
  }
  return selects.join(' UNION ALL ')
}

function from({ catalog, dialect }: Source, { table, keys, partition }: Probe): string {
  const values = keys.map((key, at) => {
    const value = partition[at] ?? ''
    if (value === NULL_VALUE) return `${quoted(key.name)} IS NULL`
    const write = keyLiteral(key, dialect)
    return write ? `${quoted(key.name)} = ${write(value)}` : `${asText(quoted(key.name))} = ${text(value)}`
  })
  return `${quoted(catalog)}.${quoted(table.database)}.${quoted(table.name)} WHERE ${['TRUE', ...values].join(' AND ')}`
}

const holds = ({ column, value }: Condition, dialect: Dialect): string =>
  value === undefined
    ? `${quoted(column.name)} IS NOT NULL`
    : `${quoted(column.name)} = ${literal(column.type, value, dialect)}`
