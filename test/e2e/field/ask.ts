/** What an engine makes of a table over files whose values are known: by all of its columns, and by a condition on each. */
import pMap from 'p-map'
import type { Column } from '../../../shared/schema/table.ts'
import { expectedValues, type Reading } from '../../support/engine-values.ts'
import type { Value } from '../../support/kinds.ts'
import type { Asks } from '../packing/ask.ts'

type Engine = Pick<Asks, 'judge' | 'rows' | 'literal'> & { readonly quote?: (name: string) => string }

/** `fails`, `differs`: by a projection. `loses`, `fails on =`: by a condition on a column whose values are right. */
type Fault = 'fails' | 'differs' | 'loses' | 'fails on ='

/** By column what the engine does otherwise than pyarrow; none where all is right. @param values by column, `id` is unique */
export async function faultsOf(
  engine: Engine,
  table: string,
  columns: readonly Column[],
  values: ReadonlyMap<string, readonly Value[]>,
): Promise<Readonly<Record<string, Fault>>> {
  const readings = await engine.judge.read(table, columns)
  const ids = readings[columns.findIndex(({ name }) => name === 'id')]
  const rows = ids && 'values' in ids ? ids.values : []
  const found = await pMap(
    columns,
    async (column, at) => {
      const wanted = expectedValues(column.type, values.get(column.name) ?? [])
      const fault = projected(readings[at] as Reading, rows, wanted, values.get('id') ?? [])
      return [column.name, fault ?? (await conditioned(engine, table, column, wanted))] as const
    },
    { concurrency: 1 },
  )
  return Object.fromEntries(found.flatMap(([name, fault]) => (fault ? [[name, fault]] : [])))
}

function projected(
  reading: Reading,
  rows: readonly Value[],
  wanted: readonly Value[],
  ids: readonly Value[],
): Fault | undefined {
  if ('error' in reading) return 'fails'
  const byId = (all: readonly Value[], of: readonly Value[]) =>
    JSON.stringify(all.map((value, at) => [Number(of[at]), value] as const).sort(([a], [b]) => a - b))
  return byId(reading.values, rows) === byId(wanted, ids) ? undefined : 'differs'
}

async function conditioned(
  { rows, literal, quote = same }: Engine,
  table: string,
  { name, type }: Column,
  wanted: readonly Value[],
): Promise<Fault | undefined> {
  const value = wanted.find(one => one !== null)
  if (name === 'id' || typeof value !== 'string') return undefined
  try {
    const found = await rows(`select id from ${table} where ${quote(name)} = ${literal(type, value)}`)
    return found.length === wanted.filter(one => one === value).length ? undefined : 'loses'
  } catch {
    return 'fails on ='
  }
}

const same = (name: string): string => name
