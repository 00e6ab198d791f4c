import { mkdtemp, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { openEngine } from '../../shared/engines/open.ts'
import { trinoOptions } from '../../shared/engines/trino/options.ts'
import { trinoClient } from '../../shared/engines/trino/trino.ts'
import { describeEngine } from '../conformance/engine.ts'
import { jwt, nowSeconds } from '../support/jwt.ts'
import { closedPort } from '../support/net.ts'
import { secure } from '../support/secure-stack.ts'
import { describeStack, stack } from '../support/stack.ts'
import { ENDLESS } from '../support/waiting.ts'

const { trino, identity } = secure
const tls = { ca: secure.ca }

const token = (claims: object) => jwt(identity.key, { aud: 'trino', ...claims })

/** A file of a secret that is replaced as token agents do it. */
async function tokenFile() {
  const file = join(await mkdtemp(join(tmpdir(), 'trino-jwt-')), 'token')
  const put = async (text: string) => {
    await writeFile(`${file}.new`, `${text}\n`)
    await rename(`${file}.new`, file)
  }
  return { file, put }
}

/** Puts another secret every two seconds, one after the other, until it is told to stop. */
async function replacing(put: () => Promise<void>, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await put()
    await setTimeout(2000, undefined, { signal: stop }).catch(() => undefined)
  }
}

/** Each authenticator of Trino, and what a config says for it. */
const WAYS: Readonly<Record<string, () => Promise<object>>> = {
  'PASSWORD by a file': async () => {
    const { file, put } = await tokenFile()
    await put(trino.password)
    return { auth: { kind: 'basic', user: trino.user, password: { file } } }
  },
  'JWT by a file': async () => {
    const { file, put } = await tokenFile()
    await put(token({ exp: nowSeconds() + 3600 }))
    return { auth: { kind: 'bearer', token: { file } } }
  },
  'OAuth2 client credentials': async () => ({ auth: identity.auth }),
  Kerberos: async () => ({ auth: { kind: 'kerberos', keytab: secure.keytab('goldsync') } }),
  'client certificate': async () => ({ tls: { ...tls, cert: secure.clientCert, key: secure.clientKey } }),
}

const options = (more: object) => ({ kind: 'trino', url: trino.url, catalog: 'hive', tls, ...more })
const client = (more: object) => trinoClient(trinoOptions.parse(options({ timeout: ENDLESS, ...more })))
const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

// MIT's library reads it from the process.
process.env.KRB5_CONFIG = secure.krb5Config

describeStack(['hdfs', 'metastore', 'secure:trino', 'python'], 'the trino engine on a secure Trino', () => {
  describe.each(Object.entries(WAYS))('by %s', (_, way) => {
    describeEngine('trino', async () => ({
      open: async () => openEngine('trino', options({ timeout: ENDLESS, ...(await way()) })),
      closed: async () =>
        openEngine('trino', options({ ...(await way()), url: `https://localhost:${await closedPort()}` })),
      metastore: stack.metastore,
      version: /^\d+$/,
      words: { codec: /decompress|dictionary page/, encoding: /BYTE_STREAM_SPLIT/ },
      losesByBloomFilter: true,
    }))
  })
})

describeStack(['secure:trino'], 'credentials on a secure Trino', () => {
  it.each(Object.entries(WAYS))('by %s are those of goldsync', async (_, way) => {
    expect(await client(await way()).query('SELECT current_user')).toEqual([['goldsync']])
  })

  it('of a file are replaced while queries run: each token ends before the last of them', async () => {
    const { file, put } = await tokenFile()
    const { query } = client({ auth: { kind: 'bearer', token: { file } } })
    const until = nowSeconds() + 20
    await put(token({ exp: nowSeconds() + 8 }))
    const done = new AbortController()
    const agent = replacing(async () => put(token({ exp: nowSeconds() + 8 })), done.signal)
    try {
      while (nowSeconds() < until)
        expect(
          await query('SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(x), UNNEST(sequence(1, 300)) b(y)'),
        ).toEqual([[3_000_000]])
    } finally {
      done.abort()
      await agent
    }
    await put(token({ exp: nowSeconds() - 3600 }))
    expect(await failure(query('SELECT 1'))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      hint: expect.stringContaining('expired'),
    })
    await put(token({ exp: nowSeconds() + 3600 }))
    expect(await query('SELECT 1')).toEqual([[1]])
  })
})
