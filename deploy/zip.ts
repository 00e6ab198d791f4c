/**
 * A zip archive, byte for byte the same for the same files. The `zip` program is not on every machine, and the packages
 * that write archives stamp the time of day; the format (PKWARE APPNOTE 4.3) is forty lines.
 */
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly content: Uint8Array
}

/** 1980-01-01, the format's first day: APPNOTE 4.4.6. */
const DATE = 0x21
const UTF8_NAMES = 0x800
const DEFLATED = 8

/** The archive of these files, in their order. */
export function zip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name)
    const data = deflateRawSync(entry.content, { level: 9 })
    const facts = describe(entry.content, data, name)
    const local = Buffer.concat([u32(0x04034b50), u16(20), facts, u16(0), name, data])
    directory.push(central(facts, name, offset))
    locals.push(local)
    offset += local.length
  }
  return Buffer.concat([...locals, ...directory, end(entries.length, sizeOf(directory), offset)])
}

/** The fields that the local header (4.3.7) and the central directory (4.3.12) share. */
const describe = (content: Uint8Array, data: Buffer, name: Buffer): Buffer =>
  Buffer.concat([
    ...[UTF8_NAMES, DEFLATED, 0, DATE].map(u16),
    ...[crc32(content), data.length, content.length].map(u32),
    u16(name.length),
  ])

const central = (facts: Buffer, name: Buffer, offset: number): Buffer =>
  Buffer.concat([
    u32(0x02014b50),
    u16(20),
    u16(20),
    facts,
    ...[0, 0, 0, 0].map(u16),
    u32(0),
    u32(offset),
    name,
  ])

const end = (count: number, size: number, offset: number): Buffer =>
  Buffer.concat([u32(0x06054b50), ...[0, 0, count, count].map(u16), u32(size), u32(offset), u16(0)])

const sizeOf = (parts: readonly Buffer[]): number => parts.reduce((sum, part) => sum + part.length, 0)

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
