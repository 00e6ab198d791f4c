/** A table's metadata file ⇄ data. What goldsync does not know is kept as it is, and 64-bit numbers lose nothing. */
import { gunzipSync } from 'node:zlib'
import { parse, stringify } from 'lossless-json'
import * as z from 'zod'
import { GoldsyncError } from '../../base/errors.ts'
import type { TableMetadata } from '../../iceberg/metadata.ts'

/** Bytes of a metadata file, unpacked: a table with hundreds of thousands of snapshots has fewer. */
const MOST_BYTES = 512 * 2 ** 20

const number = z.preprocess(asNumber, z.int())
const id = z.preprocess(asBigint, z.bigint())
const record = z.record(z.string(), z.string())

/** Some writers print null for what is absent. */
function maybe<T extends z.ZodType>(type: T) {
  return type.nullish().transform(value => value ?? undefined)
}

const schema = z.looseObject({
  'schema-id': number,
  type: z.literal('struct'),
  fields: z.array(z.looseObject({ id: number, name: z.string(), required: z.boolean() })),
})
const spec = z.looseObject({
  'spec-id': number,
  fields: z.array(
    z.looseObject({ 'source-id': number, 'field-id': number, name: z.string(), transform: z.string() }),
  ),
})
const snapshot = z.looseObject({
  'snapshot-id': id,
  'parent-snapshot-id': maybe(id),
  'sequence-number': number.default(0),
  'timestamp-ms': number,
  'manifest-list': z.string().optional(),
  'schema-id': number.optional(),
  summary: record.optional(),
})
const table = z.looseObject({
  'format-version': number,
  'table-uuid': z.string(),
  location: z.string(),
  'last-sequence-number': number.default(0),
  'last-updated-ms': number,
  'last-column-id': number,
  schemas: z.array(schema),
  'current-schema-id': number,
  'partition-specs': z.array(spec),
  'default-spec-id': number,
  'last-partition-id': number,
  properties: record.optional(),
  'current-snapshot-id': maybe(id),
  snapshots: z.array(snapshot).optional(),
  'snapshot-log': z.array(z.looseObject({ 'snapshot-id': id, 'timestamp-ms': number })).optional(),
  'metadata-log': z.array(z.looseObject({ 'metadata-file': z.string(), 'timestamp-ms': number })).optional(),
  'sort-orders': z.array(z.looseObject({ 'order-id': number })),
  'default-sort-order-id': number,
  refs: z
    .record(z.string(), z.looseObject({ 'snapshot-id': id, type: z.enum(['branch', 'tag']) }))
    .optional(),
})

/** Where ids of snapshots are, at any depth: they may be beyond what a number holds. */
function asBigint(value: unknown): unknown {
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value
}

function asNumber(value: unknown): unknown {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value
}

/** Integers beyond 2^53 become bigints; all others are numbers. */
function parseNumber(text: string): number | bigint {
  const value = Number(text)
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? BigInt(text) : value
}

/**
 * @param bytes of a `*.metadata.json`, or a compressed one @param where the file's location, for messages
 * @throws GoldsyncError `DATA_INVALID` where it is no table's metadata, `UNSUPPORTED` for format version 1
 */
export function parseMetadata(bytes: Uint8Array, where: string): TableMetadata {
  const json = parseText(bytes, where)
  const version = (json as { 'format-version'?: unknown } | null)?.['format-version']
  if (version === 1)
    throw new GoldsyncError('UNSUPPORTED', `${where} is of Iceberg format version 1`, {
      hint: 'upgrade the table with an engine (format-version = 2)',
    })
  const read = table.safeParse(json)
  if (read.success) return read.data as unknown as TableMetadata
  const [issue] = read.error.issues
  throw invalid(where, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`, read.error)
}

function parseText(bytes: Uint8Array, where: string): unknown {
  try {
    const plain = isGzip(bytes) ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes
    return parse(new TextDecoder('utf-8', { fatal: true }).decode(plain), undefined, { parseNumber })
  } catch (error) {
    throw invalid(where, error instanceof Error ? error.message : String(error), error)
  }
}

/** By its content: names differ (`v3.metadata.json.gz`, `00003-….gz.metadata.json`). */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const invalid = (where: string, why: string, cause: unknown): GoldsyncError =>
  new GoldsyncError('DATA_INVALID', `${where} is no metadata of an Iceberg table: ${why}`, { cause })

/** As a metadata file has it. */
export const printMetadata = (metadata: TableMetadata): Uint8Array =>
  new TextEncoder().encode(stringify(metadata) as string)
