/** Topic → table name, and what happens when two topics want the same. */
import type { Diagnostic } from '../schema/diagnostic.ts'

export interface NamingRule {
  /** Made of text and `{topic}`. Default `{topic}`. */
  readonly template?: string
  /** Table names by topic, which the template does not apply to. */
  readonly rename?: Readonly<Record<string, string>>
}

/** Lower case, with `_` for all that is not `a-z`, `0-9` or `_`, as every catalog takes it unquoted. */
export function tableNameOf(topic: string, rule: NamingRule = {}): string {
  const renamed = Object.hasOwn(rule.rename ?? {}, topic) ? rule.rename?.[topic] : undefined
  const name = renamed ?? (rule.template ?? '{topic}').replaceAll('{topic}', () => topic)
  return name.toLowerCase().replace(/[^a-z0-9_]/gu, '_')
}

/** Names that the topic's table has by the rule where the config gives it another: it may have been made under one of them. */
export function formerNames(topic: string, { template, rename = {} }: NamingRule): readonly string[] {
  const name = tableNameOf(topic, { ...(template === undefined ? {} : { template }), rename })
  const byRule = [tableNameOf(topic, template === undefined ? {} : { template }), tableNameOf(topic)]
  return [...new Set(byRule)].filter(former => former !== name)
}

export interface ResolvedNames {
  /** Table name by topic, without the refused. */
  readonly assigned: ReadonlyMap<string, string>
  /** A `NAME_COLLISION` by each refused topic. */
  readonly refused: ReadonlyMap<string, Diagnostic>
}

/**
 * Gives each topic its table. Of topics that meet in one name, the one that the existing table records keeps it;
 * with none recorded all are refused, so that the result does not depend on who came first.
 * @param recorded the topic that each existing table records, by table name
 */
export function resolveNames(
  topics: readonly string[],
  recorded: ReadonlyMap<string, string>,
  rule: NamingRule = {},
): ResolvedNames {
  const claimed = [...claims(topics, rule)].map(([name, claimants]) => ({
    name,
    claimants,
    owner: recorded.get(name) ?? (claimants.length === 1 ? claimants[0] : undefined),
  }))
  const winners = claimed.flatMap(({ name, claimants, owner }) =>
    claimants.filter(topic => topic === owner).map(topic => [topic, name] as const),
  )
  const losers = claimed.flatMap(({ name, claimants, owner }) =>
    claimants
      .filter(topic => topic !== owner)
      .map(topic => {
        const rivals = owner === undefined ? others(claimants, topic) : [owner]
        return [topic, collision(topic, name, rivals)] as const
      }),
  )
  return { assigned: new Map(winners), refused: new Map(losers) }
}

function claims(topics: readonly string[], rule: NamingRule): Map<string, string[]> {
  const byName = new Map<string, string[]>()
  for (const topic of [...new Set(topics)].sort()) {
    const name = tableNameOf(topic, rule)
    byName.set(name, [...(byName.get(name) ?? []), topic])
  }
  return byName
}

const others = (topics: readonly string[], topic: string) => topics.filter(other => other !== topic)

function collision(topic: string, name: string, rivals: readonly string[]): Diagnostic {
  return {
    code: 'NAME_COLLISION',
    severity: 'error',
    message: `topic ${JSON.stringify(topic)} is not synced: its table ${name} is also the table of ${rivals.map(rival => JSON.stringify(rival)).join(', ')}`,
    fix: `give it a name of its own, tables.rename: {${JSON.stringify(topic)}: ${name}_2}, or leave it out with tables.exclude`,
  }
}
