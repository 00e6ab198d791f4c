/** Who goldsync is to the NameNodes or the gateway of a lake, by the kinds of `storage.auth`. */
import type { Call } from '../storage.ts'
import type { Send } from './http.ts'

/** Query parameters. */
export type Query = Readonly<Record<string, string>>

export interface Identity {
  /** Who asks, for messages. */
  readonly user: string
  /** What to do where a server does not accept who asks. @param offered the schemes that it offers, in lower case */
  ifRefused(offered: readonly string[]): string
  /** What each question holds. Never in a message. @throws CredentialsError, and what `send` throws */
  query(call: Call): Promise<Query>
  /** Sends it with what else proves the identity: only to servers of the config, and to where these redirect within their own origin. */
  readonly send: Send
  /** Whether a question can be put again that was refused with this query, since another one is there or can be had. */
  renewed(refused: Query): Promise<boolean>
  /**
   * A new delegation token, its text, which nobody here renews or cancels: only of those who are someone by Kerberos.
   * @throws GoldsyncError `UNSUPPORTED` where the servers hand out none
   */
  delegation?(call: Call): Promise<string>
  close(): Promise<void>
}
