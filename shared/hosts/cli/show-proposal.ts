/** What `goldsync init` does: loaded when it is asked for. */
import { writeFile } from 'node:fs/promises'
import { GoldsyncError } from '../../base/errors.ts'
import { observeLake } from '../../inspect/observe-lake.ts'
import { configText } from '../../propose/config-text.ts'
import { propose } from '../../propose/propose.ts'
import { resolveLocation } from '../../storages/location.ts'
import { openStorage } from '../../storages/open.ts'
import { type InitOutput, versioned } from '../output.ts'
import { type Around, aroundOf, storageOf } from './around-lake.ts'
import type { GlobalOptions } from './options.ts'
import type { Terminal } from './terminal.ts'
import { proposalLines } from './text/init.ts'
import { printWrapped } from './text/wrap.ts'

export interface InitOptions extends GlobalOptions, Around {
  readonly write: boolean
  readonly force: boolean
}

/** @returns whether a config is proposed */
export async function showProposal(lake: string, options: InitOptions, terminal: Terminal): Promise<boolean> {
  const output = await proposeFor(lake, options)
  const file = options.config ?? 'goldsync.yaml'
  const written = options.write && output.config !== undefined && !options.dryRun
  if (written) await write(file, output.config as string, options.force)
  if (options.json) terminal.print(JSON.stringify(versioned(output), null, 2))
  else printWrapped(terminal, proposalLines(output, { file, written, paint: terminal.paint }))
  return output.config !== undefined
}

async function proposeFor(lake: string, options: InitOptions): Promise<Omit<InitOutput, 'version'>> {
  const location = resolveLocation(lake)
  const storage = await openStorage(location, storageOf(location, options, process.env))
  try {
    const observed = await observeLake(storage, location)
    const proposal = propose(observed, Intl.DateTimeFormat().resolvedOptions().timeZone)
    const { folders, ...seen } = observed
    const output = {
      ...proposal,
      seen: { ...seen, folders: folders.map(({ segments }) => segments.join('/')) },
    }
    if (proposal.lakes.length === 0) return output
    return { ...output, config: configText(proposal, aroundOf(location, options, process.env)) }
  } finally {
    await storage.close()
  }
}

async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' })
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST'
    throw new GoldsyncError('CONFLICT', `${file} ${exists ? 'is there already' : 'cannot be written'}`, {
      hint: exists
        ? '--force writes over it, --config names another file; without --write the config is only printed'
        : 'name a file with --config in a folder that you may write to',
      retryable: false,
      cause,
    })
  }
}
