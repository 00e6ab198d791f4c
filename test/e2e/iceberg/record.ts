/**
 * Plays all cells on the running stack (with iceberg and iceberg_clients) and writes what was seen, then docs/iceberg.md from it:
 * `npx tsx test/e2e/iceberg/record.ts [cell …]` (with names, only those are replaced).
 */
import { writeFile } from 'node:fs/promises'
import { closeEngines } from '../../support/sql.ts'
import { ICEBERG_CELLS } from './cells.ts'
import { writePage } from './page.ts'
import { READERS, type Recording, readRecordings, recordingsFile } from './recordings.ts'
import { rehearse } from './rehearse.ts'

const names = process.argv.slice(2)
const cells = Object.fromEntries(
  Object.entries(ICEBERG_CELLS).filter(([name]) => names.length === 0 || names.includes(name)),
)
const seen = await rehearse({
  cells,
  name: `ice_readers_${process.pid}`,
  readers: READERS,
  onProgress: text => console.log(text),
})
const known = names.length === 0 ? [] : readRecordings()
const byCell = new Map<string, Recording>([...known, ...seen].map(recording => [recording.cell, recording]))
const recordings = Object.keys(ICEBERG_CELLS).flatMap(name => byCell.get(name) ?? [])
const lines = recordings.map(recording => JSON.stringify(recording))
await writeFile(recordingsFile, `[\n${lines.join(',\n')}\n]\n`)
await writePage(recordings)
await closeEngines()
