/** The inotify forwarder as it is deployed: a Java process of its own, on the stack's NameNode. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'vitest'
import { hadoopJdk, mavenPackage } from './java.ts'
import { stack } from './stack.ts'
import { eventually } from './waiting.ts'

const PROJECT = 'deploy/sinks/inotify'

const JAR = 'target/goldsync-inotify.jar'

export const buildForwarder = (): Promise<void> => mavenPackage(PROJECT, JAR)

export interface Forwarder {
  readonly process: ChildProcess
  readonly log: string
}

/**
 * @param env its settings: GOLDSYNC_LAKES, GOLDSYNC_POSITION, GOLDSYNC_WEBHOOK_URL, GOLDSYNC_WEBHOOK_SECRET
 * @param cluster the folder of the cluster's core-site.xml and hdfs-site.xml, and options of the JVM
 */
export function startForwarder(
  env: Readonly<Record<string, string>>,
  cluster: { readonly conf?: string; readonly options?: readonly string[] } = {},
): Forwarder {
  const classPath = [...(cluster.conf ? [cluster.conf] : []), join(PROJECT, JAR)].join(':')
  const args = [...(cluster.options ?? []), '-cp', classPath, 'io.goldsync.inotify.Forwarder']
  const child = spawn(join(hadoopJdk(), 'bin/java'), args, {
    env: { ...process.env, HADOOP_USER_NAME: stack.hdfs.superuser, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const forwarder = { process: child, log: '' }
  child.stderr?.on('data', chunk => {
    forwarder.log += chunk
  })
  return forwarder
}

/** Until it tells of what happens from then on. */
export const follows = (forwarder: Forwarder): Promise<void> =>
  eventually(() => expect(forwarder.log).toContain('following'))

/** Without a chance to say farewell. */
export async function killForwarder({ process }: Forwarder): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return
  const ended = once(process, 'exit')
  process.kill('SIGKILL')
  await ended
}
