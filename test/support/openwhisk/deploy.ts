/** The shipped openwhisk.yaml on a platform, by a tool that is not ours: Adobe's aio-lib-runtime reads, checks and deploys it. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runNode } from '../hosts.ts'
import type { Platform } from './platform.ts'

/**
 * @param zip folder of the built goldsync.zip @param env variables that the manifest names
 * @throws Error with all that the tool printed
 */
export async function deployManifest(
  { url, apiKey }: Platform,
  zip: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-manifest-'))
  try {
    await cp('openwhisk.yaml', join(folder, 'openwhisk.yaml'))
    await cp(zip, join(folder, 'dist/openwhisk'), { recursive: true })
    const script = join(import.meta.dirname, 'aio-deploy.mjs')
    const ended = await runNode([script, url, apiKey], { cwd: folder, env: { ...process.env, ...env } })
    if (ended.status !== 0) throw new Error(ended.stdout + ended.stderr)
  } finally {
    await rm(folder, { recursive: true })
  }
}
