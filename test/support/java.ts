/** Java programs that tests build and run. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stack } from './stack.ts'

const run = promisify(execFile)

/** A JDK that Hadoop's client runs on: Java 24 took away what it authenticates with (JEP 486). */
export function hadoopJdk(): string {
  const folder = '/usr/lib/jvm'
  const installed = readdirSync(folder).map(name => join(folder, name))
  const found = [process.env.JAVA_HOME, ...installed].find(home => home && isFit(home))
  if (!found) throw new Error(`no JDK 11 to 21 in JAVA_HOME or ${folder}`)
  return found
}

function isFit(home: string): boolean {
  try {
    const [, major = ''] = /JAVA_VERSION="(\d+)/.exec(readFileSync(join(home, 'release'), 'utf8')) ?? []
    return Number(major) >= 11 && Number(major) <= 21
  } catch {
    return false
  }
}

/** `mvn package` of a project, with the stack's local repository; nothing where its jar is newer than all it is made of. */
export async function mavenPackage(project: string, jar: string): Promise<void> {
  if (await isUpToDate(project, jar)) return
  const repository = process.env.STACK_M2 ?? join(stack.home, 'm2')
  const args = ['-q', '-B', `-Dmaven.repo.local=${repository}`, '-f', join(project, 'pom.xml'), 'package']
  await run('mvn', args, { env: { ...process.env, JAVA_HOME: hadoopJdk() } })
}

async function isUpToDate(project: string, jar: string): Promise<boolean> {
  const sources = await readdir(join(project, 'src'), { recursive: true })
  const made = await timeOf(join(project, jar))
  const times = await Promise.all(
    ['pom.xml', ...sources.map(name => join('src', name))].map(name => timeOf(join(project, name))),
  )
  return times.every(time => time < made)
}

/** Epoch ms of the last change; 0 where there is nothing. */
const timeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  )
