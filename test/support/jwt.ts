/** JWTs as an identity provider makes them, and files of secrets as token agents replace them. */
import { createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'

/** RS256. @param keyFile PEM @param claims over `sub` goldsync and an hour to live */
export function jwt(keyFile: string, claims: object = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const defaults = { sub: 'goldsync', exp: nowSeconds() + 3600 }
  const signed = `${part({ alg: 'RS256', kid: 'stack', typ: 'JWT' })}.${part({ ...defaults, ...claims })}`
  const key = createPrivateKey(readFileSync(keyFile))
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000)

/** In one step: a reader sees the old text or the new one. */
export async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 })
  await rename(`${file}.new`, file)
}
