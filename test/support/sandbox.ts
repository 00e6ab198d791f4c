/** The built server as deploy/knative runs it: process 1, not root, no capabilities, a read-only root. By bubblewrap. */
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { json } from 'node:stream/consumers'
import { type Listening, listening, servingPort, startServer } from './hosts.ts'

const USER = '65532'
const CONFINED = [
  ...['--unshare-user', '--uid', USER, '--gid', USER, '--cap-drop', 'ALL'],
  ...['--unshare-pid', '--as-pid-1', '--die-with-parent'],
  ...['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--remount-ro', '/dev', '--chdir', '/'],
]

const { error, status, stderr } = spawnSync('bwrap', [...CONFINED, 'true'], { encoding: 'utf8' })

export const isMissing = error !== undefined

/** Undefined where servers can be confined here. A kernel or container may refuse it: user namespaces. */
export const whyNoSandbox: string | undefined =
  status === 0 ? undefined : isMissing ? 'bubblewrap is not installed' : `bubblewrap: ${stderr.trim()}`

/** Unconfined where nothing else is possible: `whyNoSandbox` is for the test's title. @param folder of the bundle */
export async function startConfined(folder: string, env: NodeJS.ProcessEnv): Promise<Listening> {
  if (whyNoSandbox) return startServer(folder, env)
  const args = [...CONFINED, '--info-fd', '3', process.execPath, join(process.cwd(), folder, 'main.mjs')]
  const child = spawn('bwrap', args, {
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const info = (await json(child.stdio[3] as Readable)) as { 'child-pid': number }
  // To bubblewrap itself a signal would be the end of both.
  return listening(child, servingPort, signal => process.kill(info['child-pid'], signal))
}

/** What the kernel tells of a confined server. `writable`: mount points, but for those of the kernel's own devices and processes. */
export function confinementOf({ process: { pid } }: Listening) {
  const server = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  const read = (file: string) => readFileSync(`/proc/${server}/${file}`, 'utf8').trim().split('\n')
  const status = new Map(read('status').map(line => line.split(':\t') as [string, string]))
  const mounts = read('mountinfo').map(line => line.split(' '))
  return {
    pid: status.get('NSpid')?.split('\t').at(-1),
    user: read('uid_map')[0]?.trim().split(/\s+/)[0],
    capabilities: BigInt(`0x${status.get('CapEff')}`),
    writable: mounts.flatMap(([, , , , path = '', options = '']) =>
      options.startsWith('rw') && !/^\/(dev|proc)\b/.test(path) ? [path] : [],
    ),
  }
}
