/** What was recorded of each way of packing (record.ts). */
import { existsSync, readFileSync } from 'node:fs'

/** The engines of the stack that read files. */
export const ASKED = ['hive4', 'trino', 'presto'] as const

export type Asked = (typeof ASKED)[number]

/** By column, what an engine did otherwise than pyarrow; none where it read all. */
export type Faults = Readonly<Record<string, string>>

/** By the file's name (make.py). */
export type Recorded = Readonly<Record<string, Readonly<Record<Asked, Faults>>>>

export const recordedFile = new URL('recorded.json', import.meta.url)

export const readRecorded = (): Recorded =>
  existsSync(recordedFile) ? (JSON.parse(readFileSync(recordedFile, 'utf8')) as Recorded) : {}

/** By its version, then by the file's name (spark.py). */
export const readRecordedOfSpark = (): Readonly<Record<string, Readonly<Record<string, Faults>>>> =>
  JSON.parse(readFileSync(new URL('spark.json', import.meta.url), 'utf8'))
