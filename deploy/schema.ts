/** Writes goldsync.schema.json and docs/configuration.md from the config's schema, goldsync.output.schema.json from the types: `npm run schema`. */
import { writeFile } from 'node:fs/promises'
import { configJsonSchema } from '../shared/config/schema.ts'
import { outputSchemaText } from './output-schema.ts'

interface Schema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

/** The schema for editors, as it is checked in. */
export const schemaText = (): string => `${JSON.stringify(configJsonSchema(), null, 2)}\n`

/** docs/configuration.md, as it is checked in. */
export function configurationPage(): string {
  const root = configJsonSchema() as Schema
  const sections = [
    section('Lakes', '`lakes` is a list; each entry has:', root.properties?.lakes?.items),
    ...drivers('Catalog', '`catalogs` names each catalog; its entry has:', root.properties?.catalogs),
    ...drivers('Engine', '`engines` names each query engine; its entry has:', root.properties?.engines),
    ...drivers('Scheduler', '`schedulers` names each scheduler; its entry has:', root.properties?.schedulers),
    section('Webhook', '`webhook` has, with at least one secret in it:', root.properties?.webhook),
    section('Events', '`events` has:', root.properties?.events),
    section('Lineage', '`lineage` has:', root.properties?.lineage),
    section('Metrics', '`metrics` has:', root.properties?.metrics),
    section('Tracing', '`tracing` has:', root.properties?.tracing),
    section('Server', '`server` has:', root.properties?.server),
    section('Logging', '`log` has:', root.properties?.log),
    ...variants('History', '`history` has:', root.properties?.history),
  ]
  return `${INTRODUCTION}\n${sections.join('\n')}`
}

const INTRODUCTION = `<!-- made by \`npm run schema\`: edit the descriptions in shared/**/options.ts and shared/config/schema.ts -->
# Configuration

goldsync reads the file of \`--config\`, else the text in \`GOLDSYNC_CONFIG\` (YAML or JSON), else \`./goldsync.yaml\`. With \`--lake DIR\` it needs none.
In text values \`\${NAME}\` stands for an environment variable, \`\${NAME:-default}\` for one that may be missing, \`\${file:/run/secrets/x}\` for a file's content,
and \`$\${\` for a plain \`\${\`. Editors check the file with \`# yaml-language-server: $schema=./goldsync.schema.json\` in its first line.
`

function drivers(title: string, text: string, schema: Schema | undefined): string[] {
  const entry = schema?.additionalProperties
  return variants(title, text, typeof entry === 'object' ? entry : undefined)
}

function variants(title: string, text: string, schema: Schema | undefined): string[] {
  const kinds = schema ? (schema.oneOf ?? schema.anyOf ?? [schema]) : []
  return kinds.map(kind => section(`${title} \`${kind.properties?.kind?.const}\``, text, kind))
}

function section(title: string, text: string, schema: Schema | undefined): string {
  const head = '| key | type | default | |\n|---|---|---|---|'
  return `## ${title}\n\n${text}\n\n${head}\n${schema ? rows(schema, '').join('\n') : ''}\n`
}

function rows(schema: Schema, prefix: string): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, value]) => {
    const required = schema.required?.includes(key) && value.default === undefined
    const fallback = required ? 'required' : printDefault(value)
    const row = `| \`${prefix}${key}\` | ${printType(value)} | ${fallback} | ${escapeBars(value.description ?? '')} |`
    const below = value.items ?? value.anyOf?.find(one => one.properties) ?? value
    return [row, ...rows(below, `${prefix}${key}${value.items ? '[]' : ''}.`)]
  })
}

const printDefault = ({ default: value }: Schema): string =>
  value === undefined || (typeof value === 'object' && Object.keys(value as object).length === 0)
    ? ''
    : `\`${JSON.stringify(value).replace(/^"|"$/g, '')}\``

function printType(schema: Schema): string {
  if (schema.const !== undefined) return `\`${schema.const}\``
  if (schema.enum) return schema.enum.map(value => `\`${value}\``).join(', ')
  const variants = schema.anyOf ?? schema.oneOf
  if (variants) return [...new Set(variants.map(printType))].join(' or ')
  if (schema.items) return `list of ${printType(schema.items)}`
  if (typeof schema.additionalProperties === 'object')
    return `map of ${printType(schema.additionalProperties)}`
  return schema.type === 'object' ? 'object' : schema.type === 'string' ? 'text' : (schema.type ?? '')
}

const escapeBars = (text: string): string => text.replaceAll('|', '\\|')

if (import.meta.filename === process.argv[1]) {
  await writeFile('goldsync.schema.json', schemaText())
  await writeFile('docs/configuration.md', configurationPage())
  await writeFile('goldsync.output.schema.json', outputSchemaText())
}
