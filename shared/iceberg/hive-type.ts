/** Iceberg's primitive types ⇄ Hive's, which does not tell all of them apart. */
import type { Type } from '../schema/type.ts'
import { decimalOf, typesOfForm } from './forms.ts'

const HIVE: Readonly<Record<string, Type>> = {
  boolean: { kind: 'boolean' },
  int: { kind: 'int' },
  long: { kind: 'bigint' },
  float: { kind: 'float' },
  double: { kind: 'double' },
  date: { kind: 'date' },
  time: { kind: 'bigint' },
  timestamp: { kind: 'timestamp' },
  timestamptz: { kind: 'timestamp' },
  timestamp_ns: { kind: 'timestamp' },
  timestamptz_ns: { kind: 'timestamp' },
  string: { kind: 'string' },
  uuid: { kind: 'binary' },
  binary: { kind: 'binary' },
}

/** A primitive type as Hive's; `opaque` where goldsync does not model it. */
export function hiveOf(type: string): Type {
  const decimal = decimalOf(type)
  if (decimal) return { kind: 'decimal', ...decimal }
  return HIVE[type] ?? (/^fixed\[\d+\]$/.test(type) ? { kind: 'binary' } : { kind: 'opaque', text: type })
}

const ICEBERG: Partial<Record<Type['kind'], string>> = {
  boolean: 'boolean',
  tinyint: 'int',
  smallint: 'int',
  int: 'int',
  bigint: 'long',
  float: 'float',
  double: 'double',
  string: 'string',
  varchar: 'string',
  char: 'string',
  binary: 'binary',
  date: 'date',
  timestamp: 'timestamptz',
}

/** Hive's primitive type as Iceberg's, undefined where there is none. @param forms how files store it, which tells the exact one */
export function icebergOf(type: Type, forms: readonly string[] = []): string | undefined {
  if (type.kind === 'decimal') return `decimal(${type.precision},${type.scale})`
  const usual = ICEBERG[type.kind]
  return usual && (forms.flatMap(typesOfForm).find(exact => ICEBERG[hiveOf(exact).kind] === usual) ?? usual)
}
