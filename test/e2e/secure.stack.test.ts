/**
 * A secure cluster from end to end, while tickets, tokens and JWTs end: forwarder with a keytab, webhook, HDFS, metastore, Trino by TLS.
 * On demand: `STACK_SECURE_TOKEN=30` for `up` and for this test, or delegation tokens last for a day and end in none of it.
 */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { configOf } from '../../shared/config/config.ts'
import { tokenText } from '../../shared/credentials/hadoop-token.ts'
import { type Connection, connect } from '../../shared/function/connect.ts'
import { fetchInto, tokenSources } from '../../shared/hosts/cli/tokens.ts'
import {
  buildForwarder,
  type Forwarder,
  follows,
  killForwarder,
  startForwarder,
} from '../support/forwarder.ts'
import { jwt, nowSeconds, replaceFile } from '../support/jwt.ts'
import { type Relay, relay } from '../support/net.ts'
import {
  byKeytab,
  dropSecure,
  folderOf,
  HIVE,
  kinit,
  krb5With,
  layFile,
  removeFolder,
  secureConfig,
  startSecure,
  trinoCount,
} from '../support/secure-e2e.ts'
import { secureHdfs } from '../support/secure-hdfs.ts'
import { secure, secureAddresses } from '../support/secure-stack.ts'
import { shipped } from '../support/shipped.ts'
import { WEBHOOK_SECRET } from '../support/sign.ts'
import { describeStack } from '../support/stack.ts'
import { type Switched, switched } from '../support/switched.ts'
import { eventually } from '../support/waiting.ts'

const NAME = `e2e_secure_${process.pid}`
const LAKE = `${secure.hdfs.lake}/${NAME}`
const ROWS = 3
/** Seconds that a ticket of goldsync/brief is taken: it lives for 40 and clocks may differ by 20; and a JWT of the test. */
const TICKET = 60
const JWT = 10

/** Milliseconds for one test: it waits for two minutes by itself. */
const LONG = 1_200_000

const TOKENS_END = secure.tokenLife <= TICKET
const NEEDS = ['secure:kdc', 'secure:hdfs', 'secure:metastore', 'secure:trino'] as const

const STALE_TOKENS: [string, string, RegExp] = [
  'a file of tokens that nobody replaces',
  'tokens_once',
  /(expired|ended at).*fetch a new one/,
]

type Server = Awaited<ReturnType<typeof startSecure>>

describeStack(NEEDS, 'a secure cluster', () => {
  let folder: string
  let bundle: string
  let kdc: Switched
  let metastore: Relay
  let forwarder: Forwarder
  let fetching: Connection
  const servers: Record<string, Server> = {}
  const secrets = new Set([WEBHOOK_SECRET])
  const stopped = new AbortController()
  let agents: Promise<unknown>

  const token = (name: string) => `${folder}/${name}`
  const putJwt = (name: string, life = JWT) => {
    const text = jwt(secure.identity.key, { aud: 'trino', exp: nowSeconds() + life })
    secrets.add(text)
    return replaceFile(token(name), text)
  }

  /** A server of the same lake with a database of its own. */
  async function start(
    name: string,
    how: Partial<Parameters<typeof secureConfig>[0]>,
    env: NodeJS.ProcessEnv,
  ) {
    const config = secureConfig({
      location: secureHdfs.location(LAKE),
      database: `${NAME}_${name}`,
      auth: byKeytab('goldsync-brief'),
      trino: { kind: 'bearer', token: { file: token('jwt') } },
      ...how,
    })
    servers[name] = await startSecure(bundle, config, { KRB5_CONFIG: secure.krb5Config, ...env })
  }

  /** As `goldsync token fetch` does it in a CronJob, by a keytab that its functions do not have. */
  async function fetchTokens(out: string) {
    const { tokens, failures } = await fetchInto(token(out), tokenSources(await fetching.lakes()))
    expect(failures).toEqual([])
    for (const each of tokens) secrets.add(tokenText(each)).add(each.password.toString('base64'))
  }

  /** Tells a server of a file, which it must take. */
  async function takes(name: string, location: string) {
    const { status, body } = await servers[name]!.tell(location)
    if (status !== 200) throw new Error(`${name}: ${status} ${body}`)
  }

  /** With what nobody renews, while it is new. */
  const takesOnce = (location: string) =>
    Promise.all([
      fetchTokens('tokens-once').then(() => takes('tokens_once', location)),
      kinit(token('cache'), 'goldsync-brief', secure.briefPrincipal).then(() => takes('cache', location)),
      putJwt('jwt-once', TICKET).then(() => takes('jwt_once', location)),
    ])

  /** Again and again, until the end of the tests. */
  async function renewing(work: () => Promise<unknown>, seconds: number) {
    while (!stopped.signal.aborted) {
      await work()
      await setTimeout(seconds * 1000, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  }

  const hourPath = (hour: number) =>
    `${LAKE}/orders/2026/11/20/${String(hour).padStart(2, '0')}/part-0.parquet`
  const told = (name: string) => servers[name]!.lines.join('\n')
  const rows = (name: string) => trinoCount(`${NAME}_${name}.orders`)

  beforeAll(async () => {
    folder = await folderOf('secure-e2e')
    ;[bundle, kdc, metastore] = await Promise.all([
      shipped('server'),
      switched(secureAddresses['secure:kdc']),
      relay(secureAddresses['secure:metastore']),
      buildForwarder(),
      secureHdfs.mkdir(LAKE),
    ])
    const lake = { location: secureHdfs.location(LAKE), database: NAME, auth: byKeytab('goldsync') }
    fetching = connect(configOf(secureConfig(lake), 'the test', {}))
    await Promise.all([putJwt('jwt'), fetchTokens('tokens')])
    const byTokens = (file: string) => {
      const auth = { kind: 'token', file: token(file) }
      return { auth: { storage: auth, catalog: auth } }
    }
    const cached = { kind: 'kerberos' }
    const none = { KRB5_CONFIG: '/nonexistent' }
    await start('keytab', { port: metastore.port }, { KRB5_CONFIG: await krb5With(folder, kdc.port) })
    await start('tokens', byTokens('tokens'), none)
    await start(
      'cache',
      { port: metastore.port, auth: { storage: cached, catalog: { ...cached, service: HIVE } } },
      { KRB5CCNAME: `FILE:${token('cache')}` },
    )
    await start('tokens_once', byTokens('tokens-once'), none)
    await start('jwt_once', { trino: { kind: 'bearer', token: { file: token('jwt-once') } } }, {})
    forwarder = startForwarder(
      {
        GOLDSYNC_LAKES: secureHdfs.location(LAKE),
        GOLDSYNC_POSITION: token('position'),
        GOLDSYNC_WEBHOOK_URL: `${servers.keytab!.url}/webhook`,
        GOLDSYNC_WEBHOOK_SECRET: WEBHOOK_SECRET,
        GOLDSYNC_PRINCIPAL: 'hdfs',
        GOLDSYNC_KEYTAB: secure.keytab('hdfs'),
        HADOOP_USER_NAME: '',
      },
      { conf: secure.hadoopConf, options: [`-Djava.security.krb5.conf=${secure.krb5Config}`] },
    )
    await follows(forwarder)
    agents = Promise.all([
      renewing(() => putJwt('jwt'), JWT / 5),
      TOKENS_END ? renewing(() => fetchTokens('tokens'), secure.tokenLife / 4) : undefined,
    ])
  })

  afterAll(async () => {
    stopped.abort()
    await agents
    await killForwarder(forwarder)
    for (const server of Object.values(servers)) await server.stop()
    await Promise.all([kdc.close(), metastore.close(), fetching.close()])
    await dropSecure(...Object.keys(servers).map(name => `${NAME}_${name}`))
    await secureHdfs.rm(LAKE)
    await removeFolder(folder)
  })

  it(
    'goes on over the ends of tickets, delegation tokens and JWTs',
    async () => {
      const until = nowSeconds() + TICKET + 15
      let hour = 0
      for (; nowSeconds() < until || hour < 2; hour += 1) {
        // Of no use to a session that was authenticated before.
        metastore.cut()
        const location = await layFile(hourPath(hour))
        if (hour === 0) await takesOnce(location)
        await takes('tokens', location)
        const closed = (hour + 1) * ROWS
        await eventually(async () => expect(await rows('keytab')).toBe(closed), 200)
        await eventually(async () => expect(await rows('tokens')).toBe(closed), 200)
        await setTimeout(5000)
      }
      console.info(`${hour} files in ${TICKET + 15} s: each was seen by Trino`)
      for (const name of ['keytab', 'tokens']) expect(told(name)).not.toMatch(/"level":(50|"error")/)
      expect(forwarder.log).not.toContain('again in')
    },
    LONG,
  )

  it.each<[string, string, RegExp]>([
    ['a ticket cache that nobody renews', 'cache', /expired.*kinit/],
    ['a JWT that nobody replaces', 'jwt_once', /expired/],
    ...(TOKENS_END ? [STALE_TOKENS] : []),
  ])('is not read by %s: the error says what to do', async (_, name, says) => {
    metastore.cut()
    const answer = await servers[name]!.tell(await layFile(`${LAKE}/${name}/2026/11/20/06/part-0.parquet`))
    expect(`${answer.body}\n${told(name)}`).toMatch(says)
  })

  it(
    'that has no KDC for longer than a ticket lasts is told so in time, and read on after it',
    async () => {
      const before = await eventually(() => rows('keytab'))
      kdc.set('gone')
      onTestFinished(() => kdc.set('there'))
      await setTimeout((TICKET + 5) * 1000)
      metastore.cut()
      const location = await layFile(hourPath(22))
      const begun = performance.now()
      const limit = AbortSignal.timeout(120_000)
      const answer = await servers.keytab!.tell(location, limit)
      console.info(`without a KDC: status ${answer.status} after ${Math.round(performance.now() - begun)} ms`)
      expect(answer).toMatchObject({ status: 503, body: expect.stringContaining('check that the KDC runs') })
      kdc.set('silent')
      expect(await servers.keytab!.tell(location, limit)).toMatchObject({
        status: 503,
        body: expect.stringMatching(/check that the KDC runs/),
      })
      kdc.set('there')
      await eventually(async () => expect(await rows('keytab')).toBe(before + ROWS), 200)
    },
    LONG,
  )

  it('shows no secret in any log', () => {
    const logs = [...Object.keys(servers).map(told), forwarder.log].join('\n')
    expect(logs).not.toBe('')
    for (const secret of secrets) expect(logs.includes(secret)).toBe(false)
  })
})
