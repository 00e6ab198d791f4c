/**
 * `npm run truth -- FOLDER [PART_OF_A_NAME …]`: the files of a folder (test/truth/files.py) are registered for each engine of the stack,
 * which is then asked for all their values, and for rows by one of the values: `✗` where it fails or differs. What was refused for
 * an engine's sake is registered for nobody, so that none is held back: `–` where that engine reads a whole file, or a column, that
 * was refused. DuckDB is asked for these as the files are. Exits with 1 where there is a `✗`.
 *
 *     --engine hive,trino   asks these only
 *     --against DIR         the same files as a build of before registers them: a checkout in which `npm run build` was run
 *     --known               takes what is recorded for what this build does
 *     --record              adds what was seen to test/fixtures/truth/recorded.json, and makes docs/types.md from it
 */
import { parseArgs } from 'node:util'
import pMap from 'p-map'
import { closeHive } from '../support/engine-values.ts'
import { closeEngines } from '../support/sql.ts'
import { readCells } from './compare.ts'
import { writePage } from './page.ts'
import { openPlaces, type Place } from './places.ts'
import { addRecorded, type Cell, cellOf, ENGINES, readRecorded, type TruthEngine } from './recorded.ts'
import { type Reasons, registerBefore, registerNow } from './register.ts'
import { readSamples, type Sample } from './samples.ts'
import { readsUnregistered } from './unregistered.ts'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engine: { type: 'string' },
    against: { type: 'string' },
    known: { type: 'boolean' },
    record: { type: 'boolean' },
  },
})
const [folder = '', ...parts] = positionals
const wanted = options.engine?.split(',') ?? ENGINES
const samples = await readSamples(folder, parts)
const asked = samples.filter(({ rejected }) => rejected === undefined)
for (const { name, rejected } of samples)
  if (rejected) console.log(`${name}: ${rejected.code} ${rejected.message}`)

/** By sample, then by column. */
type Seen = ReadonlyMap<string, ReadonlyMap<string, Cell>>

let failed = false
const places = await openPlaces(ENGINES.filter(engine => wanted.includes(engine)))
try {
  for (const place of places) {
    await place.lay(asked)
    const seen = options.known ? known(place.engine) : await readNow(place)
    tell(place.engine, seen)
    failed ||= count(seen).wrong > 0
    const old = options.against === undefined ? undefined : await readBefore(place, options.against, seen)
    if (old) tell(`${place.engine}, by ${options.against}:`, old)
    if (options.record) await record(place.engine, seen, old)
  }
} finally {
  await Promise.all(places.map(place => place.clear()))
  for (const place of places) await place.remove()
  await closeHive()
  await closeEngines()
}
process.exit(failed ? 1 : 0)

async function record(engine: TruthEngine, now: Seen, before: Seen | undefined): Promise<void> {
  addRecorded(
    samples.map(({ name, facts, rejected }) => ({
      ...facts,
      ...(rejected ? { rejected: rejected.code } : {}),
      now: rejected ? {} : { [engine]: odd(now.get(name)) },
      before: rejected || !before ? {} : { [engine]: odd(before.get(name)) },
    })),
  )
  await writePage()
}

function known(engine: TruthEngine): Seen {
  const files = new Map(readRecorded().map(file => [file.name, file]))
  return new Map(
    asked.map(({ name, facts }) => {
      const cells = facts.columns.flatMap(column => {
        const cell = cellOf(files.get(facts.name)?.now ?? {}, engine, column.name)
        if (!cell) throw new Error(`${engine} was not asked for ${facts.name}`)
        return [[column.name, cell] as const]
      })
      return [name, new Map(cells)]
    }),
  )
}

/** What this build registers for this reader, and what of the rest the engine reads all the same. */
async function readNow(place: Place): Promise<Seen> {
  const names = asked.map(({ name }) => name)
  const told = await registerNow(place.config([place.reader]), names)
  const taken = await readRegistered(place, asked)
  await place.clear()
  const missing = asked.filter(sample => missingOf(sample, taken).length > 0)
  const whole = await readsUnregistered(place, missing, sample => missingOf(sample, taken))
  return new Map(asked.map(sample => [sample.name, cellsOf(sample, taken, whole, told.get(sample.name))]))
}

/** @param seen by this build: what it reads right, and another one has not registered, was refused for nothing */
async function readBefore(place: Place, build: string, seen: Seen): Promise<Seen> {
  await registerBefore(build, place.config())
  const taken = await readRegistered(place, asked)
  await place.clear()
  const whole = new Map([...seen].map(([name, cells]) => [name, readRight(cells)]))
  return new Map(asked.map(sample => [sample.name, cellsOf(sample, taken, whole, undefined)]))
}

function readRight(cells: ReadonlyMap<string, Cell>): ReadonlySet<string> {
  const right = [...cells].filter(([, { is, spared }]) => is === 'right' || is === 'cut' || spared)
  return new Set(right.map(([name]) => name))
}

async function readRegistered(place: Place, samples: readonly Sample[]): Promise<Seen> {
  const tables = await place.registered(samples.map(({ name }) => name))
  const found = await pMap(
    samples.filter(({ name }) => tables.has(name)),
    async sample => [sample.name, await readCells(place, sample, tables.get(sample.name) ?? [])] as const,
    { concurrency: place.width },
  )
  return new Map(found)
}

function missingOf({ name, facts }: Sample, taken: Seen): readonly string[] {
  const cells = taken.get(name)
  return facts.columns.map(column => column.name).filter(column => !cells?.has(column))
}

/** @param whole what the engine reads right where nothing is held back for its sake */
function cellsOf(
  sample: Sample,
  taken: Seen,
  whole: ReadonlyMap<string, ReadonlySet<string>>,
  reasons: Reasons | undefined,
): ReadonlyMap<string, Cell> {
  const cells = taken.get(sample.name)
  const readable = whole.get(sample.name) ?? new Set()
  const usable = sample.facts.columns.filter(({ name, type }) => type !== undefined || readable.has(name))
  // A file is held back rightly where any of it cannot be read.
  const spares = cells !== undefined || usable.every(({ name }) => readable.has(name))
  return new Map(
    sample.facts.columns.map(({ name, code }): readonly [string, Cell] => {
      const cell = cells?.get(name)
      if (cell) return [name, cell]
      const is = cells ? 'left' : 'held'
      const why =
        (cells || code !== undefined ? (reasons?.left.get(name) ?? code) : undefined) ?? reasons?.held
      return [
        name,
        { is, ...(spares && readable.has(name) ? { spared: true } : {}), ...(why ? { why } : {}) },
      ]
    }),
  )
}

function tell(who: string, seen: Seen): void {
  for (const [file, cells] of seen)
    for (const [column, { is, spared, why = '' }] of cells) {
      if (is === 'wrong') console.log(`✗ ${who} ${file}.${column}: ${why}`)
      if (spared) console.log(`– ${who} ${file}.${column}: ${is} ${why}`)
    }
  console.log(who, count(seen))
}

function count(seen: Seen): { readonly right: number; readonly wrong: number; readonly spared: number } {
  const cells = [...seen.values()].flatMap(columns => [...columns.values()])
  return {
    right: cells.filter(({ is }) => is === 'right' || is === 'cut').length,
    wrong: cells.filter(({ is }) => is === 'wrong').length,
    spared: cells.filter(({ spared }) => spared).length,
  }
}

function odd(cells: ReadonlyMap<string, Cell> = new Map()): Readonly<Record<string, Cell>> {
  return Object.fromEntries([...cells].filter(([, { is }]) => is !== 'right'))
}
