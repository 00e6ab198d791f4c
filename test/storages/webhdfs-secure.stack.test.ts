import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeTokenFile, parseToken } from '../../shared/credentials/hadoop-token.ts'
import { openStorage } from '../../shared/storages/open.ts'
import { describeStorage, describeWritableStorage } from '../conformance/storage.ts'
import { jwt } from '../support/jwt.ts'
import { principal, secureHdfs, securely, tokenOf } from '../support/secure-hdfs.ts'
import { secure } from '../support/secure-stack.ts'
import { describeStack } from '../support/stack.ts'

/** What decodes to another text. */
const DECODED = /%[0-9A-F]{2}/

interface Way {
  readonly options: Record<string, unknown>
  readonly close?: () => Promise<void>
}

/** The suites of every storage, as goldsync. @param name of its folder @param changed names of new files that its gateway changes */
function suite(title: string, name: string, open: () => Way | Promise<Way>, changed = /$^/): void {
  const opened = async () => {
    const path = `${secure.hdfs.lake}/goldsync_suite_${name}`
    await secureHdfs.rm(path)
    await secureHdfs.mkdir(path)
    // The lake is read only to goldsync; where it writes, it may.
    await secureHdfs.chmod(path, '0777')
    const { options, close } = await open()
    const storage = await openStorage(secure.hdfs.uri, options)
    return {
      ...{ storage, changed, root: secureHdfs.location(path) },
      put: (file: string, bytes: Uint8Array) => secureHdfs.put(`${path}/${file}`, bytes),
      mkdir: (folder: string) => secureHdfs.mkdir(`${path}/${folder}`),
      // Port 1 refuses.
      broken: {
        storage: await openStorage(secure.hdfs.uri, { ...options, namenodes: [`https://${secure.host}:1`] }),
        location: secureHdfs.location(path),
      },
      close: async () => {
        await storage.close()
        await close?.()
        await secureHdfs.rm(path)
      },
    }
  }

  describeStorage(title, opened)
  describeWritableStorage(title, opened)
}

describeStack(['secure:kdc', 'secure:hdfs'], 'WebHDFS with Kerberos and TLS', () => {
  suite('by SPNEGO', 'kerberos', () => ({ options: { ...securely(), auth: principal('goldsync') } }))

  suite('by a token that was fetched', 'token', async () => ({
    options: { ...securely(), token: await tokenOf('goldsync') },
  }))

  suite('by a file of tokens', 'file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'goldsync-tokens-'))
    const file = join(folder, 'tokens')
    await writeFile(file, encodeTokenFile([parseToken(await tokenOf('goldsync'), 'webhdfs')]))
    return {
      options: { ...securely(), auth: { kind: 'token', file } },
      close: () => rm(folder, { recursive: true }),
    }
  })
})

describeStack(['secure:kdc', 'secure:hdfs', 'secure:httpfs'], 'HttpFS with Kerberos and TLS', () => {
  const way = () => ({ options: { ...securely(secure.httpfs), auth: principal('goldsync') } })
  suite('by SPNEGO', 'httpfs', way, /\s$/)
})

describeStack(['secure:kdc', 'secure:hdfs', 'secure:knox'], 'Knox over HDFS with Kerberos', () => {
  const { gateway, password } = secure.knox

  const byPassword = () => ({
    options: { ...securely(`${gateway}/default`), auth: { kind: 'basic', user: 'goldsync', password } },
  })
  const byToken = () => ({
    options: {
      ...securely(`${gateway}/token/webhdfs/v1`),
      auth: { kind: 'bearer', token: jwt(secure.serverKey, { iss: 'golden-stack' }) },
    },
  })
  suite('by password', 'knox', byPassword, DECODED)

  suite('by bearer token', 'bearer', byToken, DECODED)
})
