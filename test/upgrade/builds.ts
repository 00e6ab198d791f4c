/** Builds of goldsync that work on the same tables: today's, and that of the first wave from this repository's history. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const FIRST_WAVE = '7d16a01'

export interface BuildReport {
  readonly tables: readonly {
    readonly topic: string
    readonly outcome: string
    readonly pending: readonly string[]
    readonly error?: { readonly message: string }
    readonly diagnostics: readonly {
      readonly code: string
      readonly partition?: string
      readonly message: string
    }[]
  }[]
}

export interface Build {
  /** One scan, in process, whatever it finds. @throws where it does not come to a report */
  scan(config: object, mode: 'recent' | 'full'): Promise<BuildReport>
}

/** Undefined where this repository's history does not go back that far. */
export const firstWaveIsHere = async (): Promise<boolean> =>
  run('git', ['cat-file', '-e', `${FIRST_WAVE}^{commit}`]).then(
    () => true,
    () => false,
  )

/** Its sources are put into a folder of their own, with this checkout's packages. */
export async function openFirstWave(): Promise<Build & { close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-first-wave-'))
  const archive = join(folder, 'sources.tar')
  await run('git', ['archive', '--output', archive, FIRST_WAVE, 'shared', 'functions', 'package.json'])
  await run('tar', ['-xf', archive, '-C', folder])
  await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
  const build = await buildIn(folder, { config: 'config', connect: 'connect', log: 'log' })
  return { ...build, close: () => rm(folder, { recursive: true, force: true }) }
}

export const openToday = (): Promise<Build> =>
  buildIn(process.cwd(), { config: 'config/config', connect: 'function/connect', log: 'base/log' })

interface Parts {
  readonly config: string
  readonly connect: string
  readonly log: string
}

/** @param parts where its modules are, below shared/ */
async function buildIn(folder: string, parts: Parts): Promise<Build> {
  const load = (path: string) => import(/* @vite-ignore */ join(folder, `${path}.ts`))
  const [{ configOf }, { connect }, { openLog }, { scan }] = await Promise.all(
    [`shared/${parts.config}`, `shared/${parts.connect}`, `shared/${parts.log}`, 'functions/scan'].map(load),
  )
  return {
    async scan(config, mode) {
      const connection = connect(configOf(config, 'the test', {}))
      try {
        const context = { lakes: connection.lakes, log: openLog('silent') }
        const outcome = await scan.invoke({ id: 'test', params: { mode } }, context)
        if (outcome.report === undefined) throw new Error(JSON.stringify(outcome, null, 1))
        return outcome.report
      } finally {
        await connection.close()
      }
    },
  }
}
