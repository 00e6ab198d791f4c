/** What is shipped, built once for all suites of a run that ask for it: they run in processes of their own, so they ask by HTTP. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type Target = 'cli' | 'lambda' | 'openwhisk' | 'server'

/** @param out the folder that gets a folder for the target @returns that folder */
export async function build(target: Target, out: string): Promise<string> {
  await run(process.execPath, ['--import', 'tsx', 'deploy/build.ts', target, '--out', out])
  return join(out, target)
}

export interface Builder {
  /** `GET <url>/<target>` answers with the target's folder once it is built. */
  readonly url: string
  /** Takes away what was built. */
  close(): Promise<void>
}

export async function openBuilder(out: string): Promise<Builder> {
  const builds = new Map<string, Promise<string>>()
  const server = createServer(async (request, response) => {
    const target = (request.url ?? '').slice(1)
    const building = builds.get(target) ?? build(target as Target, out)
    builds.set(target, building)
    try {
      response.end(await building)
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await Promise.allSettled(builds.values())
      await rm(out, { recursive: true, force: true })
    },
  }
}
