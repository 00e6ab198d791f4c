/** What Trino and Presto have each of its own. */
import type { StatementOptions } from './options.ts'

/** Which of the engines is spoken to. */
export interface Server {
  readonly name: 'Trino' | 'Presto'
  readonly kind: 'trino' | 'presto'
  /** Its own of the headers; trino-client's are Trino's. @param session properties: `name=value` */
  headers(options: StatementOptions, session: string): Readonly<Record<string, string>>
}
