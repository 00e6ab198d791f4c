/** The handshake of SASL in Thrift's words, over whatever carries them. Pure. */
import { type ErrorDetails, GoldsyncError } from '../../base/errors.ts'
import { STATUS, type Word } from './frames.ts'
import type { Mechanism } from './mechanism.ts'

export interface Channel {
  send(word: Word): void
  receive(): Promise<Word>
}

/**
 * Ends when both sides are done; then the mechanism's layer holds.
 * @throws GoldsyncError `AUTHENTICATION_FAILED` with the server's reason, and what the mechanism and the channel throw
 */
export async function negotiate(mechanism: Mechanism, channel: Channel): Promise<void> {
  const say = (payload: Buffer) =>
    channel.send({ status: mechanism.complete ? STATUS.COMPLETE : STATUS.OK, payload })
  const first = await mechanism.step()
  channel.send({ status: STATUS.START, payload: Buffer.from(mechanism.name) })
  say(first)
  for (;;) {
    const { status, payload } = await channel.receive()
    if (await isEnd(status, payload, mechanism)) return
    say(await mechanism.step(payload))
  }
}

/** Whether both sides are done. */
async function isEnd(status: number, payload: Buffer, mechanism: Mechanism): Promise<boolean> {
  const { name } = mechanism
  if (status === STATUS.BAD || status === STATUS.ERROR) throw refused(name, payload)
  if (status === STATUS.START) throw outOfTurn(name, 'the server began a handshake of its own')
  if (status === STATUS.OK) {
    if (mechanism.complete) throw outOfTurn(name, 'the server goes on where all was said')
    return false
  }
  if (!mechanism.complete) await mechanism.step(payload)
  if (!mechanism.complete) throw outOfTurn(name, 'the server took us in before it proved who it is')
  return true
}

const outOfTurn = (mechanism: string, what: string): GoldsyncError =>
  new GoldsyncError('DATA_INVALID', `SASL ${mechanism}: ${what}`)

/** Texts of Java's, Hadoop's and Hive's servers; the first that fits. */
const REASONS: readonly (readonly [text: RegExp, details: ErrorDetails])[] = [
  [
    /unsupported mechanism|No server .*mechanism|mechanism .*not supported/i,
    { hint: 'the server takes another kind of auth: kerberos, token or basic' },
  ],
  [
    /token.*(expired|can't be found|doesn't exist|not found|cancel)|expired.*token|password lookup|acquiring password/i,
    {
      hint: 'the delegation token has expired, was cancelled, or is of another service: fetch a new one (goldsync token fetch)',
    },
  ],
  [
    /clock skew/i,
    { hint: 'the clocks of this machine and of the server differ by more than 5 minutes: synchronise them' },
  ],
  [
    /unsupported protection|no common protection|quality of protection|qop/i,
    { hint: "the server's hadoop.rpc.protection admits no protection that goldsync can carry" },
  ],
]

const BY_MECHANISM: Readonly<Record<Mechanism['name'], string>> = {
  PLAIN: 'check user and password (auth.user, auth.password)',
  'DIGEST-MD5':
    'the token may be of another cluster, or have expired: fetch a new one (goldsync token fetch)',
  GSSAPI:
    "check that auth.service is the server's own principal, that its keytab is not outdated, and that the clocks of KDC, server and this machine agree (NTP); its log tells more",
}

function refused(mechanism: Mechanism['name'], payload: Buffer): GoldsyncError {
  const text = payload.toString('utf8').replace(/\s+/g, ' ').trim().slice(0, 500)
  const [, details = { hint: BY_MECHANISM[mechanism] }] =
    REASONS.find(([pattern]) => pattern.test(text)) ?? []
  return new GoldsyncError(
    'AUTHENTICATION_FAILED',
    `SASL ${mechanism}: the server refused us${text === '' ? '' : `: ${text}`}`,
    details,
  )
}
