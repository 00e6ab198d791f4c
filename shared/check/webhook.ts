/** Whether the secrets of the webhook are there, and such that nobody guesses them. Pure. */
import { counted, few, ok, type Said, warning } from './check.ts'

/** By kind, as the config has them. */
export interface Secrets
  extends Readonly<Partial<Record<'standard' | 'github' | 'bearer' | 'pathToken', readonly string[]>>> {
  /** Whose tokens are taken: there is no secret in them. */
  readonly oidc?: readonly unknown[]
}

/** Hexadecimal digits of 16 bytes; less is what people make up. */
const LEAST = 32
const LEAST_DIFFERENT = 8

const isWeak = (secret: string): boolean => secret.length < LEAST || new Set(secret).size < LEAST_DIFFERENT

/** Never tells a secret. Shorter ones than are safe at all the config refuses. */
export function sayWebhook(secrets: Secrets | undefined): readonly Said[] {
  if (secrets === undefined)
    return [ok('no webhook is configured: /webhook takes nothing, and schedules and hands do the work')]
  const { oidc = [] } = secrets
  const kinds = (['standard', 'github', 'bearer', 'pathToken'] as const).map(kind => ({
    kind,
    all: secrets[kind] ?? [],
  }))
  const weak = kinds.flatMap(({ kind, all }) =>
    all.flatMap((secret, at) => (isWeak(secret) ? [`webhook.${kind}[${at}]`] : [])),
  )
  const told = kinds
    .filter(({ all }) => all.length > 0)
    .map(({ kind, all }) => `${kind}: ${counted(all.length, 'secret')}`)
  const twice = kinds.filter(({ all }) => new Set(all).size < all.length).map(({ kind }) => `webhook.${kind}`)
  return [
    ...(told.length === 0 ? [] : [ok(`secrets are configured (${told.join(', ')})`)]),
    ...(oidc.length === 0
      ? []
      : [ok(`tokens of ${counted(oidc.length, 'issuer')} are taken (goldsync's server only)`)]),
    ...(weak.length === 0
      ? []
      : [
          warning(
            `${few(weak)}: short or made of few characters, so that it can be guessed`,
            'make one by openssl rand -hex 32',
          ),
        ]),
    ...(twice.length === 0
      ? []
      : [warning(`${few(twice)}: one secret is there twice`, 'leave one of them out')]),
  ]
}
