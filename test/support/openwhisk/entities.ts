/** What is deployed, as OpenWhisk's API takes and gives it (apache/openwhisk docs/rest_api.md). */

export interface KeyValue {
  readonly key: string
  readonly value: unknown
}

export interface Entity {
  readonly parameters?: readonly KeyValue[]
  readonly annotations?: readonly KeyValue[]
}

export interface ActionEntity extends Entity {
  readonly exec: { readonly kind: string; readonly main: string; readonly code: string }
  /** Milliseconds. */
  readonly limits: { readonly timeout: number }
}

export interface RuleEntity extends Entity {
  /** With their namespaces: `/guest/every-night`, `/guest/goldsync/scan`. */
  readonly trigger: string
  readonly action: string
  /** `active` where nothing is said. */
  readonly status?: string
}

interface Kinds {
  readonly packages: Entity
  readonly actions: ActionEntity
  readonly triggers: Entity
  readonly rules: RuleEntity
}

export type Kind = keyof Kinds

/** By name: `goldsync/scan`. */
export type Entities = { readonly [K in Kind]: Map<string, Kinds[K]> }

export const noEntities = (): Entities => ({
  packages: new Map(),
  actions: new Map(),
  triggers: new Map(),
  rules: new Map(),
})

export const isKind = (name: string): name is Kind => name in noEntities()

export type Params = Readonly<Record<string, unknown>>

export const valuesOf = (list: readonly KeyValue[] = []): Params =>
  Object.fromEntries(list.map(({ key, value }) => [key, value]))

/** Of the package, then of the action. */
export function boundParameters({ packages, actions }: Entities, action: string): Params {
  const [parent = ''] = action.split('/')
  return {
    ...valuesOf(packages.get(parent)?.parameters),
    ...valuesOf(actions.get(action)?.parameters),
  }
}

/** Without the namespace: `/guest/goldsync/scan` → `goldsync/scan`. */
export const localName = (name: string): string => name.replace(/^\/[^/]+\//, '')
