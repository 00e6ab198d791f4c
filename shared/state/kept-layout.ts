/** By which layout a table's partitions were registered: kept on the table, so that a changed config is noticed. Pure. */
import type { Layout, LayoutOptions, PartitionKeyRule } from '../layout/layout.ts'
import type { Parameters } from '../schema/table.ts'

/** Table parameter. Written only with others. */
export const LAYOUT = 'goldsync.layout'

export type KeptLayout = Required<LayoutOptions>

/** Hive's schema on some databases keeps 4,000 characters of a parameter. */
const MAX_LENGTH = 3500

/** The parameter's text, in characters that every database and every statement gives back; undefined where it is too long. */
export function printLayout({ options: { template, timeZone, partitionKeys } }: Layout): string | undefined {
  const text = JSON.stringify({ template, timeZone, partitionKeys }).replace(
    /[$\u007f-\uffff]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return text.length > MAX_LENGTH ? undefined : text
}

/** What is broken, or not there, tells nothing. */
export function keptLayout({ [LAYOUT]: text }: Parameters): KeptLayout | undefined {
  try {
    const { template, timeZone, partitionKeys } = JSON.parse(text ?? 'null') ?? {}
    if (!isText(template) || !isText(timeZone) || !isRecord(partitionKeys)) return undefined
    return Object.values(partitionKeys).every(isRule)
      ? ({ template, timeZone, partitionKeys } as KeptLayout)
      : undefined
  } catch {
    return undefined
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isRule = (value: unknown): value is PartitionKeyRule =>
  isRecord(value) && isText(value.type) && isText(value.value)

/** Whether the table says that another layout than this one was in use. */
export function isOtherLayout(parameters: Parameters, { options }: Layout): boolean {
  const kept = keptLayout(parameters)
  return kept !== undefined && identity(kept) !== identity(options)
}

const identity = ({ template, timeZone, partitionKeys }: KeptLayout): string =>
  JSON.stringify([template, timeZone, printKeyRules(partitionKeys)])

/** `year string {yyyy}, month string {MM}`. */
export const printKeyRules = (rules: KeptLayout['partitionKeys']): string =>
  Object.entries(rules)
    .map(([name, { type, value }]) => `${name} ${type} ${value}`)
    .join(', ')
