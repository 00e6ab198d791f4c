/** A file for node_exporter's textfile collector (https://github.com/prometheus/node_exporter#textfile-collector). */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Registry } from 'prom-client'
import { GoldsyncError } from '../../base/errors.ts'
import { replaceFile } from '../replace-file.ts'
import type { Before } from './last-run.ts'

/** `goldsync_<config>_<command>[_<mode>].prom`: one for each kind of run of each config, so that none overwrites another's. */
export const textfileOf = (
  folder: string,
  {
    config,
    command,
    mode,
  }: { readonly config: string; readonly command: string; readonly mode: string | undefined },
): string => join(folder, `${['goldsync', config, command, ...(mode ? [mode] : [])].join('_')}.prom`)

/**
 * Puts the file in its place at once: the collector never sees half of it, and takes no file of another ending.
 * @throws GoldsyncError `CONFIG_INVALID` where the folder cannot be written to
 */
export async function writeTextfile(file: string, registry: Registry): Promise<void> {
  try {
    await mkdir(join(file, '..'), { recursive: true })
    await replaceFile(file, await registry.metrics(), 0o644)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new GoldsyncError('CONFIG_INVALID', `metrics.textfile: cannot write ${file}: ${reason}`, {
      hint: 'name a folder that goldsync may write to and node_exporter may read (--collector.textfile.directory)',
      cause,
    })
  }
}

/** What the file tells of the last success and the last scan; nothing where there is none, or no file. */
export async function beforeIn(file: string): Promise<Before> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return { success: lastIn(text, 'success'), scan: lastIn(text, 'scan') }
}

function lastIn(text: string, what: keyof Before): number | undefined {
  const line = new RegExp(`^goldsync_last_${what}_timestamp_seconds(?:\\{[^}]*\\})? (\\S+)$`, 'm')
  const [, value] = line.exec(text) ?? []
  const seconds = Number(value)
  return value !== undefined && Number.isFinite(seconds) ? seconds : undefined
}
