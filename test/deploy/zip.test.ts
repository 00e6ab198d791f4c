import { inflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { zip } from '../../deploy/zip.ts'

const entries = [
  { name: 'index.js', content: Buffer.from('exports.scan = 1\n') },
  { name: 'chunks/é.mjs', content: Buffer.alloc(100_000, 'goldsync') },
  { name: 'empty', content: Buffer.alloc(0) },
]

describe('a zip archive', () => {
  it('begins as OpenWhisk tells zips from plain code', () => {
    expect(zip(entries).subarray(0, 4).toString('hex')).toBe('504b0304')
  })

  it('holds each file where its directory says', () => {
    const archive = zip(entries)
    let at = archive.readUInt32LE(archive.length - 22 + 16)
    for (const { name, content } of entries) {
      const nameLength = archive.readUInt16LE(at + 28)
      expect(archive.toString('utf8', at + 46, at + 46 + nameLength)).toBe(name)
      const start = archive.readUInt32LE(at + 42) + 30 + nameLength
      const data = archive.subarray(start, start + archive.readUInt32LE(at + 20))
      expect(inflateRawSync(data).equals(content)).toBe(true)
      at += 46 + nameLength
    }
    expect(archive.readUInt32LE(at)).toBe(0x06054b50)
  })

  it('is the same for the same files', () => {
    expect(zip(entries).equals(zip(entries))).toBe(true)
  })
})
