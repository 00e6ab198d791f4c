/** TLS settings that drivers share. Certificates of servers are always verified; there is no setting to switch that off. */
import { readFile } from 'node:fs/promises'
import * as z from 'zod'
import { GoldsyncError } from './errors.ts'

const pem = (what: string) => z.string().min(1).optional().describe(`${what}: a file's path, or PEM text`)

export const tlsSettings = z
  .strictObject({
    ca: pem('Certificates of the authorities to trust instead of the public ones'),
    cert: pem('The client certificate'),
    key: pem('The private key of the client certificate'),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), 'cert and key go together')

/** PEM texts, for `node:tls`. */
export interface TlsTexts {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

/** The settings with files read. @throws GoldsyncError `CONFIG_INVALID` naming the file that cannot be read */
export async function readTls(settings: z.infer<typeof tlsSettings>): Promise<TlsTexts> {
  const given = Object.entries(settings).filter((entry): entry is [string, string] => entry[1] !== undefined)
  const read = given.map(async ([name, value]) => [name, await text(name, value)] as const)
  return Object.fromEntries(await Promise.all(read))
}

async function text(name: string, value: string): Promise<string> {
  if (value.includes('-----BEGIN')) return value
  try {
    return await readFile(value, 'utf8')
  } catch (cause) {
    throw new GoldsyncError('CONFIG_INVALID', `tls.${name}: cannot read ${value}`, { cause })
  }
}
