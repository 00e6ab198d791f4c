/** A process of test/history/processes.stack.test.ts: appends so many runs of a few entries. */
import { openFileHistory } from '../../shared/history/file/history.ts'
import { thing } from '../support/history.ts'

const [folder = '', name = '', runs = '0'] = process.argv.slice(2)
const history = openFileHistory({ path: folder, days: 30 })
for (let run = 0; run < Number(runs); run += 1)
  await history.write(
    [1, 2, 3].map(number => thing(number, { id: `${name}/${run}/${number}`, reason: 'ä'.repeat(run * 10) })),
  )
