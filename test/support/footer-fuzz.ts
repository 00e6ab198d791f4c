/** Footers changed at random, and what the reader makes of them: a few in each run of the tests, many in `npm run fuzz`. */
import { NO_FACTS } from '../../shared/evolution/column-statistics.ts'
import { fileFacts } from '../../shared/parquet/facts.ts'
import { parseFooter } from '../../shared/parquet/footer.ts'
import { FooterError } from '../../shared/parquet/reject.ts'
import { mapColumns } from '../../shared/parquet/types.ts'
import { describeFacts } from '../../shared/schema/column-statistics.ts'
import { printType } from '../../shared/schema/type.ts'
import { fixtureNames, footerBytes, readFixture } from './fixtures.ts'
import { visited } from './visits.ts'

/** A small seeded generator (mulberry32): the same mutations in every run. @returns a whole number below `limit` */
function generator(seed: number): (limit: number) => number {
  let state = seed
  return limit => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % limit
  }
}

const INTERESTING = [0x00, 0x01, 0x19, 0x1c, 0x29, 0x4c, 0x7f, 0x80, 0xf9, 0xfc, 0xff]

type Random = ReturnType<typeof generator>

/** One change as bad disks, bad writers and bad people make them. */
function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random(bytes.length)
  const length = 1 + random(16)
  const copy = Uint8Array.from(bytes)
  switch (random(6)) {
    case 0:
      copy[at] = bytes[at]! ^ (1 << random(8))
      return copy
    case 1:
      copy[at] = INTERESTING[random(INTERESTING.length)]!
      return copy
    case 2:
      return copy.fill(random(256), at, at + length)
    case 3:
      return Uint8Array.from(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]))
    case 4:
      return Uint8Array.from(Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]))
    default:
      return bytes.slice(0, at)
  }
}

const mutateSome = (bytes: Uint8Array, random: Random): Uint8Array => {
  let mutant = bytes
  for (let i = random(3); i >= 0 && mutant.length > 0; i--) mutant = mutate(mutant, random)
  return mutant
}

/** CPU milliseconds of some work: other processes on the machine do not count. */
function cpuOf(work: (footer: Uint8Array) => unknown, footer: Uint8Array): number {
  const before = process.cpuUsage()
  work(footer)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

/** How often a byte of the footer is looked at, on average over its bytes. */
export function visitsOf(work: (footer: Uint8Array) => unknown, footer: Uint8Array): number {
  const { bytes, visits } = visited(footer)
  work(bytes)
  // One behind the last is looked at where there is none.
  return visits() / (footer.length + 1)
}

/** 'usable', or the code of the refusal; anything else that is thrown is a bug. */
function outcomeOf(footer: Uint8Array): string {
  try {
    const metadata = parseFooter(footer)
    const { columns } = mapColumns(metadata.schema.fields, metadata.columns)
    for (const column of columns) printType(column.type)
    describeFacts(fileFacts(metadata) ?? NO_FACTS)
    return 'usable'
  } catch (error) {
    if (error instanceof FooterError) return error.code
    throw error
  }
}

export interface Fuzzed {
  /** How many footers were usable, or refused with a code. */
  readonly outcomes: Readonly<Record<string, number>>
  /** Cost of the costliest. */
  readonly most: number
  /** Footers that were changed. */
  readonly footers: number
}

/** Reads mutations of all fixtures' footers in turn. @throws what is no refusal */
export function fuzz(mutations: number, seed: number, costOf = cpuOf): Fuzzed {
  const random = generator(seed)
  const footers = fixtureNames.map(name => footerBytes(readFixture(name)))
  const outcomes: Record<string, number> = {}
  let most = 0
  for (let i = 0; i < mutations; i++) {
    const mutant = mutateSome(footers[i % footers.length]!, random)
    let result = ''
    const cost = costOf(footer => {
      result = outcomeOf(footer)
    }, mutant)
    most = Math.max(most, cost)
    outcomes[result] = (outcomes[result] ?? 0) + 1
  }
  return { outcomes, most, footers: footers.length }
}
