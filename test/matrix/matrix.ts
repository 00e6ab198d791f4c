/**
 * `npm run matrix [-- NAME ...]`: runs the entries of test/stack/matrix one at a time, all or those named, and writes
 * docs/compatibility.md; `--page` makes only the page anew; `--list` tells the names.
 */
import { writePage } from './page.ts'
import { writeResults } from './results.ts'
import { listEntries, runEntry } from './run.ts'

const args = process.argv.slice(2)
if (args.includes('--page')) writePage()
else if (args.includes('--list')) for (const { name } of await listEntries()) console.log(name)
else await runAll(args)

async function runAll(names: readonly string[]): Promise<void> {
  const entries = await listEntries()
  const unknown = names.find(name => !entries.some(entry => entry.name === name))
  if (unknown) throw new Error(`no entry ${unknown}; npm run matrix -- --list tells them`)
  for (const entry of entries) {
    if (names.length > 0 && !names.includes(entry.name)) continue
    console.log(`\n=== ${entry.name}`)
    const result = await runEntry(entry)
    if (result.error) console.log(result.error)
    writeResults([result])
    writePage()
  }
}
