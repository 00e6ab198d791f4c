/** Template and options → layout. */
import { GoldsyncError } from '../base/errors.ts'
import type { PartitionValues } from '../schema/table.ts'
import { printType } from '../schema/type.ts'
import { impossibility } from './calendar.ts'
import { type Clock, openClock } from './clock.ts'
import { compileKeys, type PartitionKey, retypeKeys } from './keys.ts'
import type {
  Entry,
  Layout,
  LayoutOptions,
  Mismatch,
  PartitionKeyRule,
  PartitionPath,
  Sample,
} from './layout.ts'
import type { Segment } from './segment.ts'
import { parseTemplate, type Template, variablesOf } from './template.ts'
import { type Bindings, merge, NO_BINDINGS } from './variables.ts'

interface Compiled {
  readonly text: string
  readonly timeZone: string
  readonly template: Template
  readonly keys: readonly PartitionKey[]
  readonly clock: Clock
}

/** @throws GoldsyncError `CONFIG_INVALID` that names the part of the template and what is expected */
export function compileLayout({ template: text, timeZone = 'UTC', partitionKeys }: LayoutOptions): Layout {
  const template = parseTemplate(text)
  const keys = compileKeys(template, partitionKeys)
  return toLayout({ text, timeZone, template, keys, clock: openClock(timeZone) })
}

function toLayout(compiled: Compiled): Layout {
  const { text, timeZone, template, keys } = compiled
  const { segments, topicDepth } = template
  return {
    template: text,
    timeZone,
    options: { template: text, timeZone, partitionKeys: rulesOf(keys) },
    depth: segments.length,
    topicDepth,
    partitionKeys: keys.map(key => key.column),
    withKeys: columns => toLayout({ ...compiled, keys: retypeKeys(keys, columns) }),
    enter: (names, from) => enter(compiled, names, from),
    parse: names => parsePartition(compiled, names),
    locate: names => {
      const folder = names.slice(0, -1)
      const found = parsePartition(compiled, folder)
      return found.kind === 'partition' ? { ...found, folder } : found
    },
    format: (topic, values) => formatPartition(compiled, topic, values),
    bindings: values => bindingsOf(keys, values),
    spells: values =>
      keys.length === values.length && keys.every((key, at) => spells(key, values[at] as string)),
    sample: () => sampleOf(compiled),
    formatTopic: topic => formatFolders(segments.slice(0, topicDepth), { time: {}, text: { topic } }),
  }
}

const rulesOf = (keys: readonly PartitionKey[]): Readonly<Record<string, PartitionKeyRule>> =>
  Object.fromEntries(
    keys.map(({ column: { name, type }, pattern }) => [
      name,
      { type: type.kind as PartitionKeyRule['type'], value: pattern.source },
    ]),
  )

/** Month and day could be taken for each other; texts are numbers, which fit every type but date. */
const SAMPLE_TIME = { year: 2026, month: 2, day: 3, hour: 4, minute: 5 }

function sampleOf({ template, keys }: Compiled): Sample {
  const variables = template.segments.flatMap(variablesOf)
  const names = new Set(variables.flatMap(variable => (variable.kind === 'text' ? [variable.name] : [])))
  const text = Object.fromEntries([...names].sort().map((name, at) => [name, String(at + 7)]))
  const bindings = { time: SAMPLE_TIME, text }
  return {
    segments: template.segments.map(segment => segment.print(bindings)),
    values: keys.map(key => key.read(bindings) ?? ''),
  }
}

function enter({ template, clock }: Compiled, names: readonly string[], from = -Infinity): Entry {
  const found = bind(template, names)
  if ('kind' in found) return found
  const range = from === -Infinity ? undefined : clock(found.time)
  return range && range.end <= from ? { kind: 'outside' } : { kind: 'match', topic: found.text.topic }
}

function parsePartition(
  { template, keys, clock }: Compiled,
  names: readonly string[],
): PartitionPath | Mismatch {
  const found = bind(template, names)
  if ('kind' in found) return found
  if (names.length < template.segments.length) return wrongDepth(template, names)
  const values: string[] = []
  for (const key of keys) {
    const value = key.read(found)
    if (value === undefined) return wrongValue(key, found)
    values.push(value)
  }
  return { kind: 'partition', topic: found.text.topic as string, values, time: clock(found.time)?.start }
}

/** Binds the variables of a path from the lake's root, however far it goes. */
function bind(template: Template, names: readonly string[]): Bindings | Mismatch {
  if (names.length > template.segments.length) return wrongDepth(template, names)
  let bindings = NO_BINDINGS
  for (const [index, name] of names.entries()) {
    const segment = template.segments[index] as Segment
    const found = segment.match(name)
    if (found === undefined) return mismatch('FOREIGN_FOLDER', `"${name}" does not fit ${expected(segment)}`)
    bindings = merge(bindings, found)
    const impossible = impossibility(bindings.time)
    if (impossible) return mismatch('IMPOSSIBLE_DATE', `folder "${name}": ${impossible}`)
  }
  return bindings
}

const SAMPLE = { year: 2026, month: 9, day: 1, hour: 7, minute: 30 }

function expected(segment: Segment): string {
  const free = segment.pattern.tokens.some(token => token.kind === 'text')
  const sample = free ? '' : segment.print({ time: SAMPLE, text: {} })
  return sample === '' || sample === segment.source
    ? `"${segment.source}"`
    : `"${segment.source}", which is like "${sample}"`
}

const wrongDepth = ({ segments }: Template, names: readonly string[]): Mismatch =>
  mismatch(
    'WRONG_DEPTH',
    `"${names.join('/')}" is ${names.length} folders deep; a partition is ${segments.length}: ${segments.map(segment => segment.source).join('/')}`,
  )

const wrongValue = ({ column, pattern }: PartitionKey, bindings: Bindings): Mismatch =>
  mismatch(
    'FOREIGN_FOLDER',
    `"${pattern.print(bindings)}" is not a value of the partition key ${column.name}, whose type is ${printType(column.type)}`,
  )

const mismatch = (code: Mismatch['code'], message: string): Mismatch => ({ kind: 'mismatch', code, message })

function spells(key: PartitionKey, value: string): boolean {
  const found = key.match(value)
  return found !== undefined && key.read(found) === value
}

function bindingsOf(keys: readonly PartitionKey[], values: PartitionValues): Bindings | undefined {
  const found = keys.map((key, at) => key.match(values[at] ?? ''))
  return found.every(one => one !== undefined) ? found.reduce(merge, NO_BINDINGS) : undefined
}

function formatPartition(compiled: Compiled, topic: string, values: PartitionValues): readonly string[] {
  const { template, keys } = compiled
  let bindings: Bindings = { time: {}, text: { topic } }
  for (const [index, key] of keys.entries()) {
    const found = key.match(values[index] ?? '')
    if (found === undefined)
      throw unfit(`"${values[index]}" does not fit ${key.column.name}: ${key.pattern.source}`, compiled)
    bindings = merge(bindings, found)
  }
  const folders = formatFolders(template.segments, bindings)
  const back = parsePartition(compiled, folders)
  if (back.kind === 'mismatch') throw unfit(back.message, compiled)
  if (!sameTexts([back.topic, ...back.values], [topic, ...values]))
    throw unfit(`no folder of ${topic} stands for the values ${values.join('/')}`, compiled)
  return folders
}

function formatFolders(segments: readonly Segment[], bindings: Bindings): readonly string[] {
  return segments.map(segment => {
    const name = segment.print(bindings)
    if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name))
      throw unfit(`"${name}" cannot be the name of a folder`)
    return name
  })
}

const sameTexts = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((text, index) => text === b[index])

const unfit = (message: string, compiled?: Pick<Compiled, 'text'>) =>
  new GoldsyncError('REQUEST_INVALID', message, compiled ? { hint: asSpelled(compiled) } : {})

const asSpelled = ({ text }: Pick<Compiled, 'text'>): string =>
  `write each value as the folders of ${text} spell it${/\{(MM|dd|HH|mm)\}/.test(text) ? ': two digits for {MM}, {dd}, {HH} and {mm}, 07 and not 7' : ''}`
