/** What an engine reads right of that which is not registered for its sake. */
import pMap from 'p-map'
import { duckdbColumn } from '../support/duckdb-values.ts'
import type { Value } from '../support/kinds.ts'
import { readCells } from './compare.ts'
import type { Place } from './places.ts'
import { registerNow } from './register.ts'
import type { Sample } from './samples.ts'

/** By sample: of its columns that are missing, those that are read right. */
export async function readsUnregistered(
  place: Place,
  samples: readonly Sample[],
  missingOf: (sample: Sample) => readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const read = place.engine === 'duckdb' ? asTheyAre : await forNobody(place, samples)
  const found = await pMap(samples, sample => read(sample, missingOf(sample)), { concurrency: place.width })
  await place.clear()
  return new Map(samples.map(({ name }, at) => [name, new Set(found[at])]))
}

type Read = (sample: Sample, missing: readonly string[]) => Promise<readonly string[]>

async function forNobody(place: Place, samples: readonly Sample[]): Promise<Read> {
  const names = samples.map(({ name }) => name)
  if (names.length > 0) await registerNow(place.config([]), names)
  const tables = await place.registered(names)
  return async (sample, missing) => {
    const columns = (tables.get(sample.name) ?? []).filter(({ name }) => missing.includes(name))
    const cells = columns.length > 0 ? await readCells(place, sample, columns) : new Map()
    return [...cells].filter(([, { is }]) => is !== 'wrong').map(([name]) => name)
  }
}

/** DuckDB reads its tables whoever else does, so it is asked for the files themselves, and has types of its own for them. */
const asTheyAre: Read = async ({ path, values }, missing) => {
  const right: string[] = []
  for (const name of missing) {
    const wanted = values[name] ?? []
    const got = await duckdbColumn(path, name).catch(() => undefined)
    if (got && JSON.stringify(got.map(plain)) === JSON.stringify(wanted.map(plain))) right.push(name)
  }
  return right
}

/** Scalars as text without zeros at the end. */
function plain(value: unknown): Value {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name.toLowerCase(), plain(item)]))
  return String(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}
