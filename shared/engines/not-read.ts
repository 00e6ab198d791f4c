/** Why an engine tells nothing of a file that it was asked for. */
import { GoldsyncError } from '../base/errors.ts'
import { printValues, tableId } from '../schema/table.ts'
import { NoRow, type Probe } from './engine.ts'

/** It sees no row: the file may be gone, or not yet seen. @param engine how people call it */
export const noRow = (engine: string, { table, partition, file }: Probe): NoRow =>
  new NoRow(
    'NOT_FOUND',
    `${engine} finds no row of the file ${file} in partition ${printValues(partition)} of ${tableId(table)}`,
    { hint: 'if it caches the metastore, set caching: true; if it caches lists of files, wait' },
  )

/** It failed on another file that it had to open first. @param engine how people call it */
export const otherFails = (engine: string, { table, partition, file }: Probe, words: string): GoldsyncError =>
  new GoldsyncError(
    'UNAVAILABLE',
    `${engine} fails on another file of partition ${printValues(partition)} of ${tableId(table)} before it comes to ${file}: ${words}`,
    { hint: 'move that file away, or write it again' },
  )

/** Whether an error names files, and not this one. */
export const namesOther = (words: string, file: string): boolean =>
  /[a-z0-9]:\/[^\s]*\/[^\s/]+/.test(words) && !words.includes(`/${file}`)
