/** What of a config depends on this machine's clock: servers refuse tickets, signatures and messages of other times. */
import type { Config } from '../../config/config.ts'

export function needsClock({ lakes, catalogs, engines, webhook }: Config): readonly string[] {
  const all = [...lakes.map(({ storage }) => storage), ...Object.values(catalogs), ...Object.values(engines)]
  const auth = new Set(
    all.flatMap(one => ('auth' in one && typeof one.auth === 'object' ? [one.auth.kind] : [])),
  )
  const isAws =
    lakes.some(({ location }) => /^s3[an]?:/i.test(location)) ||
    Object.values(catalogs).some(({ kind }) => kind === 'glue')
  return [
    ...(auth.has('kerberos') ? ['Kerberos'] : []),
    ...(isAws ? ['signatures of S3 and Glue'] : []),
    ...(auth.has('bearer') || auth.has('oauth2') ? ['tokens'] : []),
    ...(webhook && webhook.standard.length > 0 ? ['the webhook'] : []),
  ]
}
