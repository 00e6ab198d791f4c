/** How a server speaks that did not speak as it was spoken to, told from the error of the connection. */

/** `plain`: no TLS, where TLS was expected; `tls`: the other way round; `other`: no HTTP, where that was expected; `closed`: it closed the connection before it said anything in TLS. */
export type Speech = 'plain' | 'tls' | 'other' | 'closed'

interface ConnectionError {
  readonly message?: string
  readonly code?: string | number | undefined
  readonly cause?: unknown
  /** Of Node's HTTP parser: what it could not read. */
  readonly rawPacket?: Uint8Array
}

// OpenSSL on bytes that are no TLS: a greeting, an HTTP answer, a Thrift message.
const NO_TLS = /wrong version number|packet length too long|unknown protocol|record layer failure/i
const CLOSED = /disconnected before secure TLS connection/i
/** First byte of a TLS record: an alert, a handshake. */
const TLS_RECORD: ReadonlySet<number | undefined> = new Set([0x15, 0x16])

/** Undefined where the error tells of something else. @param thrown of node:net, node:tls or node:http, or of what wraps these */
export function speechOf(thrown: unknown): Speech | undefined {
  const { message = '', rawPacket, cause, ...error } = (thrown ?? {}) as ConnectionError
  const code = String(error.code ?? '')
  if (NO_TLS.test(message)) return 'plain'
  if (CLOSED.test(message)) return 'closed'
  if (!code.startsWith('HPE_')) return undefined
  const packet = rawPacket ?? (cause as ConnectionError | undefined)?.rawPacket
  return TLS_RECORD.has(packet?.[0]) ? 'tls' : 'other'
}

/** What is the matter with an address, and what to write instead; undefined where the error tells of something else. @param key of the config, that has the address */
export function wrongScheme(
  thrown: unknown,
  key: string,
): readonly [reason: string, hint: string] | undefined {
  switch (speechOf(thrown)) {
    case 'plain':
      return [
        'does not speak TLS',
        `it speaks plain HTTP, or is another server: write http:// in ${key}, or correct its port`,
      ]
    case 'closed':
      return [
        'closed the connection at the first word of TLS',
        `it may speak plain HTTP, or be another server: check the scheme and the port in ${key}`,
      ]
    case 'tls':
      return ['speaks TLS', `write https:// in ${key}`]
    case 'other':
      return ['does not speak HTTP', `it is another server: check the port in ${key}`]
    default:
      return undefined
  }
}
