/** The built `goldsync schema`, in a pipe and on HDFS; on S3 it is in cli.stack.test.ts. */

import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { largeFile } from '../bench/footers.ts'
import { hdfs, hdfsStorage } from '../support/hdfs.ts'
import { type Ended, runNode } from '../support/hosts.ts'
import { shipped } from '../support/shipped.ts'
import { describeStack, stack } from '../support/stack.ts'

const V2 = 'test/fixtures/orders/v2.parquet'

let program: string
beforeAll(async () => {
  program = resolve(await shipped('cli'), 'goldsync.mjs')
})

describe('goldsync schema in a pipe', () => {
  it('ends in peace when the reader has seen enough', async () => {
    const wide = Array.from({ length: 8 }, () => 'test/fixtures/parquet/wide.parquet').join(' ')
    const command = `"${process.execPath}" "${program}" schema ${wide} | head -n 1; exit \${PIPESTATUS[0]}`
    expect(await promisify(execFile)('bash', ['-c', command])).toEqual({
      stdout: 'test/fixtures/parquet/wide.parquet\n',
      stderr: '',
    })
  })
})

describeStack(['python'], 'goldsync schema of a large footer', () => {
  it('reads 50 columns in 1,000 row groups, 5.8 MB and more, with a heap of 64 MB', async () => {
    const large = await largeFile()
    const { status, stdout, stderr } = await runNode([
      '--max-old-space-size=64',
      program,
      'schema',
      large.path,
      '--json',
      '--facts',
    ])
    await large.remove()
    expect(Number(large.footerMegabytes)).toBeGreaterThanOrEqual(5.8)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const { rows, columns, facts, statistics } = JSON.parse(stdout)
    expect([rows, columns.length, facts.rowGroups, statistics.length]).toEqual([1000, 50, 1000, 50])
    expect(statistics[0]).toMatchObject({ nulls: 0, min: 'value 0 of 0', max: 'value 999 of 0' })
  })
})

describeStack(['hdfs'], 'goldsync schema on HDFS', () => {
  const folder = `/golden/schema_${process.pid}`
  let local: string
  beforeAll(async () => {
    local = await mkdtemp(join(tmpdir(), 'goldsync-schema-'))
    await hdfs.put(`${folder}/a b/v2.parquet`, await readFile(V2))
  })
  afterAll(async () => {
    await Promise.all([hdfs.rm(folder), rm(local, { recursive: true })])
  })

  const schema = (...args: string[]): Promise<Ended> => runNode([program, 'schema', ...args])
  /** All but the line that names the file. */
  const body = ({ stdout }: Ended): string => stdout.slice(stdout.indexOf('\n'))

  it('shows a file by its WebHDFS address as it shows a local one', async () => {
    const { host } = new URL(stack.hdfs.webhdfs)
    const there = await schema(`webhdfs://${host}${folder}/a b/v2.parquet`)
    expect(there).toMatchObject({ status: 0, stderr: '' })
    expect(body(there)).toBe(body(await schema(V2)))
  })

  it('takes the settings of the lake that a file lies below', async () => {
    const config = join(local, 'goldsync.json')
    const lakes = [{ location: hdfs.location(folder), storage: hdfsStorage }]
    await writeFile(config, JSON.stringify({ lakes, catalogs: { memory: { kind: 'memory' } } }))
    const there = await schema(hdfs.location(`${folder}/a b/v2.parquet`), '--config', config)
    expect(there).toMatchObject({ status: 0, stderr: '' })
    expect(body(there)).toBe(body(await schema(V2)))
    const compared = await schema('--diff', V2, hdfs.location(`${folder}/a b/v2.parquet`), '--config', config)
    expect(compared).toMatchObject({ status: 0, stderr: '' })
  })
})
