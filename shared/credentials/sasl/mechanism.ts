/** What SASL (RFC 4422) asks of a mechanism, and what a mechanism leaves behind. */

/** What protects messages after the handshake: nothing, a check of integrity, encryption. */
export type Qop = 'auth' | 'auth-int' | 'auth-conf'

/** Strongest first. */
export const QOPS = ['auth-conf', 'auth-int', 'auth'] as const satisfies readonly Qop[]

/** Protects messages, in the order in which they are sent and come. */
export interface Layer {
  wrap(data: Buffer): Promise<Buffer>
  /** @throws GoldsyncError `DATA_INVALID` where it is not what the other side wrapped */
  unwrap(data: Buffer): Promise<Buffer>
  /** Bytes that one message holds at most. */
  readonly maxLength: number
}

/** The client's side of one handshake. */
export interface Mechanism {
  readonly name: 'PLAIN' | 'DIGEST-MD5' | 'GSSAPI'
  /**
   * What to send, empty where there is nothing to say. @param challenge the server's; absent at first
   * @throws GoldsyncError `AUTHENTICATION_FAILED` `UNSUPPORTED` `DATA_INVALID`
   */
  step(challenge?: Buffer): Promise<Buffer>
  /** Whether nothing more is to be said, and the server is believed as far as the mechanism can prove it. */
  readonly complete: boolean
  /** Undefined where messages go as they are. */
  readonly layer: Layer | undefined
}
