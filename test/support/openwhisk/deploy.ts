/** The shipped openwhisk.yaml on a platform, by tools that are not ours. */
import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Platform } from './platform.ts'

/** The command that deploys ./openwhisk.yaml. */
type Tool = (platform: Platform) => readonly [command: string, ...args: string[]]

/** Adobe's aio-lib-runtime, which reads, checks and deploys manifests in JavaScript. */
export const aio: Tool = ({ url, apiKey }) => [
  process.execPath,
  join(import.meta.dirname, 'aio-deploy.mjs'),
  url,
  apiKey,
]

/** OpenWhisk's own, whose parser refuses keys that it does not know. */
export const wskdeploy: Tool = ({ url, apiKey }) => [
  'wskdeploy',
  ...['-m', 'openwhisk.yaml', '--apihost', url, '--auth', apiKey, '--namespace', '_'],
]

/**
 * @param zip folder of the built goldsync.zip @param env variables that the manifest names
 * @throws Error with all that the tool printed
 */
export async function deployManifest(
  platform: Platform,
  zip: string,
  env: Readonly<Record<string, string>>,
  tool = aio,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'goldsync-manifest-'))
  try {
    await cp('openwhisk.yaml', join(folder, 'openwhisk.yaml'))
    await cp(zip, join(folder, 'dist/openwhisk'), { recursive: true })
    const [command, ...args] = tool(platform)
    await promisify(execFile)(command, args, { cwd: folder, env: { ...process.env, HOME: folder, ...env } })
  } finally {
    await rm(folder, { recursive: true })
  }
}
