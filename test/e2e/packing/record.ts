/**
 * Lets the running stack's engines read a file of each way of packing, and writes what they made of it:
 * `npx tsx test/e2e/packing/record.ts [file …]` (some minutes; with names, only those are replaced).
 */
import { writeFile } from 'node:fs/promises'
import { askAll } from './ask.ts'
import { type Recorded, readRecorded, recordedFile } from './recorded.ts'

const names = process.argv.slice(2)
const seen = await askAll({
  database: `packing_${process.pid}`,
  wanted: name => names.length === 0 || names.includes(name),
  onProgress: text => console.log(text),
})
const known: Recorded = names.length === 0 ? {} : readRecorded()
const recorded = Object.entries({ ...known, ...seen }).sort(([a], [b]) => (a < b ? -1 : 1))
const lines = recorded.map(([name, answers]) => `${JSON.stringify(name)}: ${JSON.stringify(answers)}`)
await writeFile(recordedFile, `{\n${lines.join(',\n')}\n}\n`)
process.exit()
