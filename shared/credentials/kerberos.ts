/** What drivers ask of Kerberos: security contexts with servers. */

/** One side's talk with one server, of RFC 2743: tokens to and fro until both know each other. */
export interface SecurityContext {
  /** The next token to send, empty where there is none. @param challenge the server's last token; absent at first */
  step(challenge?: Buffer): Promise<Buffer>
  /** Whether the server is known and what is wrapped will be understood. */
  readonly established: boolean
  /** Whether any message can be wrapped; if not, only the answer by which SASL chooses that none will be. */
  readonly wrapsMessages: boolean
  /** @param confidential whether it is encrypted, too */
  wrap(data: Buffer, confidential: boolean): Promise<Buffer>
  unwrap(data: Buffer): Promise<Buffer>
}

export interface Target {
  /** `service/_HOST@REALM`, or without a realm. */
  readonly service: string
  /** What `_HOST` stands for. */
  readonly host: string
  /** `spnego` for HTTP's Negotiate. */
  readonly mechanism: 'kerberos' | 'spnego'
}

/** Who we are to a realm. */
export interface Kerberos {
  /** @throws GoldsyncError `AUTHENTICATION_FAILED`, `UNAVAILABLE` (no KDC), `CONFIG_INVALID` (keytab), `MISSING_PACKAGE` */
  context(target: Target): Promise<SecurityContext>
}
