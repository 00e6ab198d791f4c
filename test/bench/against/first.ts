/** The first sync of hourly partitions by the command line of two builds, and by Trino, which reads no footers. */
import { join } from 'node:path'
import { runNode } from '../../support/hosts.ts'
import { contest, median, type Result, time } from '../measure.ts'
import { dropDatabase, freshDatabase, peerTable, trinoSync } from '../peers.ts'
import { KEYED, zone } from '../zone.ts'
import { BASELINE, type Build, configOf, OURS } from './builds.ts'

const TRINO = 'Trino sync_partition_metadata (reads no footers)'

/** @param count partitions, each with a file */
export async function firstSyncs(builds: readonly Build[], runs: number, count: number): Promise<Result> {
  const root = await zone(KEYED, count)
  const contestants: Record<string, () => Promise<number>> = {}
  for (const build of builds) {
    const cli = join(await build.folder('cli'), 'goldsync.mjs')
    const database = `bench_first_${build.name === OURS ? 'ours' : 'baseline'}`
    const env = { ...process.env, GOLDSYNC_CONFIG: configOf({ root, layout: KEYED, database }) }
    contestants[build.name] = () =>
      inFresh(database, async () => {
        const { status, stdout } = await runNode([cli, 'scan', '--mode', 'full', '--json'], { env })
        if (status !== 0) throw new Error(`exit status ${status}: ${stdout.slice(0, 2000)}`)
      })
  }
  const peers = 'bench_first_peer'
  contestants[TRINO] = async () => {
    await freshDatabase(peers)
    await peerTable(peers, 'orders', root)
    const took = await time(() => trinoSync(peers, 'orders'))
    await dropDatabase(peers)
    return took
  }
  const values = await contest(runs, contestants)
  const of = (name: string) => median(values.get(name) ?? [])
  return {
    bench: 'against-first-sync',
    title: `First sync of ${count.toLocaleString('en-US')} partitions, two builds`,
    rows: [...values].map(([name, ms]) => ({ name, unit: 's', values: ms.map(value => value / 1000) })),
    notes: ['goldsync: the whole process, from its start'],
    targets: [
      { what: 'first sync, × baseline', measured: of(OURS) / of(BASELINE), most: 0.75 },
      { what: 'first sync, × Trino', measured: of(OURS) / of(TRINO), most: 1 },
    ],
  }
}

async function inFresh(database: string, work: () => Promise<void>): Promise<number> {
  await dropDatabase(database)
  const took = await time(work)
  await dropDatabase(database)
  return took
}
