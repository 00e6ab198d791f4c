import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { encodeTokenFile, tokenText } from '../../../shared/credentials/hadoop-token.ts'
import { page } from '../../support/fake-webhdfs.ts'
import { nameNode, over, ROOT } from './harness.ts'
import { tokenNamed } from './secured.ts'

it('of several tokens in a file, the one that token fetch wrote for this lake is sent', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'token-file-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'tokens')
  const tokens = [tokenNamed('another', 'hdfs://other'), tokenNamed('ours', ROOT), tokenNamed('third')]
  await writeFile(file, encodeTokenFile(tokens))
  const server = await nameNode(page([]))
  const storage = await over([server], { auth: { kind: 'token', file } })
  await storage.list(`${ROOT}/golden`)
  expect(server.requests.map(url => url.searchParams.get('delegation'))).toEqual([
    tokenText(tokenNamed('ours')),
  ])
})
