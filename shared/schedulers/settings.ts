/** Settings that all schedulers have, and what their templates stand for. */
import * as z from 'zod'
import { holdsNoMore, wrongAddress } from '../base/addresses.ts'
import { tlsSettings } from '../base/tls.ts'
import type { NewPartition } from './scheduler.ts'

const VARIABLE = /\{([^{}]*)\}/g

const NAMES = ['database', 'table', 'topic', 'catalog'] as const

const known: ReadonlySet<string> = new Set(NAMES)

/** @param server what stands at the address @param asset by default, and what is said of it */
export const schedulerSettings = (server: string, [asset, said]: readonly [string, string]) => ({
  url: z
    .url({ protocol: /^https?$/, error: wrongAddress })
    .refine(holdsNoMore, 'an address holds no user, password, query or fragment')
    .describe(server),
  asset: z
    .string()
    .regex(/^[^{}]*(\{(database|table|topic|catalog)\}[^{}]*)+$/, `expected {${NAMES.join('}, {')}} in it`)
    .default(asset)
    .describe(said),
  catalog: z
    .string()
    .min(1)
    .optional()
    .describe("The catalog whose new partitions are told. Default: each lake's first one"),
  tls: tlsSettings.default({}).describe('For https. The certificate of the server is always verified'),
})

/** `{database}.{table}` → `golden.orders`. */
export const assetOf = (template: string, of: Pick<NewPartition, (typeof NAMES)[number]>): string =>
  template.replace(VARIABLE, (written, name: string) =>
    known.has(name) ? of[name as (typeof NAMES)[number]] : written,
  )
