/** What was seen of each pair: written by record.ts, checked in, and read by the tests and the docs. */
import { readFileSync } from 'node:fs'
import type { Packing } from './packings.ts'

export type UnderJudge = 'hive' | 'trino' | 'presto' | 'spark'

export interface Fault {
  /** `0 rows for 4`, an error's name, or of the values without a condition `v NULL`. */
  readonly fault: string
  /** Their names; `values`: the column is asked for, without a condition. */
  readonly conditions: readonly string[]
  readonly packings: readonly Packing[]
}

export type UnderAnswer = 'right' | readonly Fault[]

export interface UnderRecording {
  /** The name of a pair. */
  readonly pair: string
  readonly answers: Readonly<Partial<Record<UnderJudge, UnderAnswer>>>
}

export const underFile = new URL('../../../fixtures/evolution/under.json', import.meta.url)

export const readUnder = (): readonly UnderRecording[] =>
  JSON.parse(readFileSync(underFile, 'utf8')) as UnderRecording[]
