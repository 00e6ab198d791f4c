/** The configuration, parsed once into values that cannot be wrong. The only module that reads the environment. */
import type { Layout } from './layout/layout.ts'
import type { NamingRule } from './layout/naming.ts'

/** `additive`: the table grows; `strict`: any change is held back; `frozen`: partitions only. */
export type EvolutionMode = 'additive' | 'strict' | 'frozen'

/** One lake: a root folder, its layout, and where its tables go. */
export interface LakeConfig {
  /** Root folder, without a trailing slash. */
  readonly location: string
  readonly layout: Layout
  /** Storage options for shared/storages/open.ts. */
  readonly storage: Readonly<Record<string, unknown>>
  /** Names in `Config.catalogs`. */
  readonly catalogs: readonly string[]
  readonly database: string
  readonly createDatabase: boolean
  /** Whether tables.include and tables.exclude let this topic through. */
  includes(topic: string): boolean
  readonly naming: NamingRule
  evolutionOf(topic: string): EvolutionMode
  /** How far a recent scan looks back behind the mark, milliseconds. */
  readonly lookback: number
}

export interface Config {
  readonly lakes: readonly LakeConfig[]
  readonly catalogs: Readonly<Record<string, Readonly<Record<string, unknown> & { kind: string }>>>
  readonly engines: Readonly<Record<string, Readonly<Record<string, unknown> & { kind: string }>>>
  readonly log: { readonly level: string }
}
