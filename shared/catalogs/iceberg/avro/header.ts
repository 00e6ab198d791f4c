/** What a manifest tells of itself in its Avro header, as JSON and texts. */
import * as z from 'zod'
import type { ManifestHeader } from '../../../iceberg/manifest.ts'
import type { IcebergSchema, PartitionSpec } from '../../../iceberg/metadata.ts'
import { malformed, unsupported } from './malformed.ts'

const schemaJson = z.looseObject({
  type: z.literal('struct'),
  'schema-id': z.int().optional(),
  fields: z.array(
    z.looseObject({
      id: z.int(),
      name: z.string(),
      required: z.boolean(),
      type: z.union([z.string(), z.looseObject({ type: z.string() })]),
    }),
  ),
})
const specField = z.looseObject({
  'source-id': z.int(),
  'field-id': z.int().optional(),
  name: z.string(),
  transform: z.string(),
})
/** Version 1's first writers left ids out, which then count from 1000. */
const specJson = z.union([z.array(specField), z.looseObject({ fields: z.array(specField) })])

export function headerTexts({ schema, spec, content }: ManifestHeader): ReadonlyMap<string, string> {
  return new Map([
    ['schema', JSON.stringify(schema)],
    ['schema-id', String(schema['schema-id'])],
    ['partition-spec', JSON.stringify(spec.fields)],
    ['partition-spec-id', String(spec['spec-id'])],
    ['format-version', '2'],
    ['content', content],
  ])
}

export function headerOf(texts: ReadonlyMap<string, string>, where: string): ManifestHeader {
  refuseNewer(texts, where)
  const content = texts.get('content') ?? 'data'
  if (content !== 'data' && content !== 'deletes') return malformed('its content is neither data nor deletes')
  return { schema: schemaOf(texts), spec: specOf(texts), content }
}

/** What version 3 has more would be lost in writing it again. */
export function refuseNewer(texts: ReadonlyMap<string, string>, where: string): void {
  const version = texts.get('format-version') ?? '1'
  if (version === '1' || version === '2') return
  throw unsupported(
    `${where} is of Iceberg's format version ${version.slice(0, 10)}`,
    'goldsync keeps tables of version 2: a table that was upgraded is to be made anew in version 2',
  )
}

function schemaOf(texts: ReadonlyMap<string, string>): IcebergSchema {
  const { data } = schemaJson.safeParse(jsonOf(texts, 'schema'))
  if (!data) return malformed('its header has no schema')
  return { ...data, 'schema-id': data['schema-id'] ?? idOf(texts, 'schema-id') } as IcebergSchema
}

function specOf(texts: ReadonlyMap<string, string>): PartitionSpec {
  const { data } = specJson.safeParse(jsonOf(texts, 'partition-spec'))
  if (!data) return malformed('its header has no partition spec')
  const fields = Array.isArray(data) ? data : data.fields
  return {
    'spec-id': idOf(texts, 'partition-spec-id'),
    fields: fields.map((field, nth) => ({ ...field, 'field-id': field['field-id'] ?? 1000 + nth })),
  }
}

const jsonOf = (texts: ReadonlyMap<string, string>, key: string): unknown =>
  JSON.parse(texts.get(key) ?? 'null')

function idOf(texts: ReadonlyMap<string, string>, key: string): number {
  const id = Number(texts.get(key) ?? 0)
  return Number.isSafeInteger(id) ? id : malformed(`its ${key} is no number`)
}
