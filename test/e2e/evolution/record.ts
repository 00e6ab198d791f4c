/**
 * Plays the whole matrix on the running stack and writes what was seen, then docs/evolution.md from it:
 * `npx tsx test/e2e/evolution/record.ts [cell …]` (about a quarter of an hour; with names, only those are replaced).
 */
import { writeFile } from 'node:fs/promises'
import { closeEngines } from '../../support/sql.ts'
import { CELLS } from './cells.ts'
import { writePage } from './page.ts'
import { type Recording, readRecordings, recordingsFile } from './recordings.ts'
import { rehearse } from './rehearse.ts'

const names = process.argv.slice(2)
const cells = Object.fromEntries(
  Object.entries(CELLS).filter(([name]) => names.length === 0 || names.includes(name)),
)
const seen = await rehearse({
  cells,
  name: `evolution_${process.pid}`,
  forced: true,
  onProgress: text => console.log(text),
})
const known = names.length === 0 ? [] : readRecordings()
const byCell = new Map<string, Recording>([...known, ...seen].map(recording => [recording.cell, recording]))
const recordings = Object.keys(CELLS).flatMap(name => byCell.get(name) ?? [])
const lines = recordings.map(recording => JSON.stringify(recording))
await writeFile(recordingsFile, `[\n${lines.join(',\n')}\n]\n`)
await writePage(recordings)
await closeEngines()
