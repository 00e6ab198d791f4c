import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Certificate, hasOpenssl, selfSigned } from '../../support/fake-server.ts'
import { found } from '../../support/fake-webhdfs.ts'
import { failureOf, nameNode, over, ROOT } from './harness.ts'

// Where all must run (GOLDSYNC_STACK=required), it fails instead.
const skipped = !hasOpenssl && process.env.GOLDSYNC_STACK !== 'required'

describe.skipIf(skipped)('TLS [needs the openssl command]', () => {
  let server: Certificate
  let client: Certificate

  beforeAll(() => {
    server = selfSigned()
    client = selfSigned()
  })

  it('refuses a certificate that nobody vouches for, and says which setting would', async () => {
    const storage = await over([await nameNode(found, server)])
    expect(await failureOf(storage.stat(`${ROOT}/a`))).toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('self-signed certificate'),
      hint: expect.stringContaining('storage.tls.ca'),
    })
  })

  it('refuses it also where the environment has verification switched off', async () => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    onTestFinished(() => {
      delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
    })
    const storage = await over([await nameNode(found, server)])
    expect(await failureOf(storage.stat(`${ROOT}/a`))).toMatchObject({ code: 'UNAVAILABLE' })
  })

  it('trusts the authority in storage.tls.ca, given as text', async () => {
    const storage = await over([await nameNode(found, server)], { tls: { ca: server.cert } })
    expect(await storage.stat(`${ROOT}/a`)).toBeDefined()
  })

  it('trusts the authority in storage.tls.ca, given as a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'goldsync-ca-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'ca.pem'), server.cert)
    const storage = await over([await nameNode(found, server)], { tls: { ca: join(folder, 'ca.pem') } })
    expect(await storage.stat(`${ROOT}/a`)).toBeDefined()
  })

  it('refuses a certificate for another host', async () => {
    const { origin } = await nameNode(found, server)
    const storage = await over([], {
      namenodes: [origin.replace('127.0.0.1', 'localhost')],
      tls: { ca: server.cert },
    })
    expect((await failureOf(storage.stat(`${ROOT}/a`))).message).toContain('not trusted')
  })

  it('shows its client certificate to a server that wants one', async () => {
    const strict = await nameNode(found, {
      ...server,
      requestCert: true,
      rejectUnauthorized: true,
      ca: client.cert,
    })
    const withOne = await over([strict], { tls: { ca: server.cert, ...client } })
    expect(await withOne.stat(`${ROOT}/a`)).toBeDefined()
    const without = await over([strict], { tls: { ca: server.cert } })
    expect(await failureOf(without.stat(`${ROOT}/a`))).toMatchObject({ code: 'AUTHENTICATION_FAILED' })
  })

  it('does not speak TLS to a plain server, and says so', async () => {
    const { origin } = await nameNode(found)
    const storage = await over([], { namenodes: [origin.replace('http:', 'https:')] })
    expect(await failureOf(storage.stat(`${ROOT}/a`))).toMatchObject({ code: 'UNAVAILABLE' })
  })
})
