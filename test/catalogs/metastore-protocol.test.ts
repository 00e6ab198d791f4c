import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { decodeReply, encodeCall } from '../../shared/catalogs/hms/protocol/message.ts'
import { openCursor, readStruct } from '../../shared/catalogs/hms/protocol/reader.ts'
import { openReceiver } from '../../shared/catalogs/hms/protocol/scanner.ts'
import type { StructName } from '../../shared/catalogs/hms/protocol/structs.ts'
import { fieldsOf, indexOf, MAX_DEPTH } from '../../shared/catalogs/hms/protocol/types.ts'
import { UNKNOWN } from '../../shared/catalogs/hms/protocol/views.ts'
import { openSink, writeStruct, written } from '../../shared/catalogs/hms/protocol/writer.ts'
import { applicationException, reply } from '../support/fake-metastore.ts'

const LIMIT = 1024 * 1024

const write = (fields: ReturnType<typeof indexOf>, struct: object): Buffer => {
  const sink = openSink()
  writeStruct(sink, fields, struct)
  return written(sink)
}
const read = (name: StructName, bytes: Buffer) => readStruct(openCursor(bytes), fieldsOf(name))

const partition = (at: number) => ({
  values: ['2019', `città ${at}`],
  dbName: 'golden',
  tableName: 'orders',
  sd: {
    cols: [
      { name: 'id', type: 'bigint', comment: '' },
      { name: 'name', type: 'string', comment: '注文' },
    ],
    location: `hdfs://lake/golden/orders/${at}`,
    compressed: false,
    numBuckets: -1,
    serdeInfo: { serializationLib: 'x', parameters: { 'serialization.format': '1' } },
    bucketCols: [],
  },
  parameters: { 'goldsync.fingerprint': '1:2:3', __proto__x: 'y' },
})

describe('structs', () => {
  it('come back as they were written', () => {
    expect(read('Partition', write(fieldsOf('Partition'), partition(1)))).toEqual(partition(1))
  })

  it('come back whatever the texts and numbers are', () => {
    const text = fc.string({ unit: 'grapheme' })
    const locks = fc.record({
      lockid: fc.oneof(fc.maxSafeInteger(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n })),
      dbname: text,
      tablename: text,
      lastheartbeat: fc.maxSafeInteger(),
    })
    fc.assert(
      fc.property(fc.record({ locks: fc.array(locks) }), struct => {
        expect(read('ShowLocksResponse', write(fieldsOf('ShowLocksResponse'), struct))).toEqual(struct)
      }),
    )
    fc.assert(
      fc.property(fc.record({ properties: fc.dictionary(text, text) }), struct => {
        const back = read('EnvironmentContext', write(fieldsOf('EnvironmentContext'), struct))
        expect(Object.entries(back.properties as object)).toEqual(Object.entries(struct.properties))
      }),
    )
  })

  it('leave out fields that are not set', () => {
    expect(write(fieldsOf('FieldSchema'), { name: undefined })).toEqual(Buffer.from([0]))
  })

  it('keep a key that is called __proto__ a key', () => {
    const bytes = write(fieldsOf('EnvironmentContext'), { properties: JSON.parse('{"__proto__":"x"}') })
    const { properties } = read('EnvironmentContext', bytes) as { properties: object }
    expect(Object.entries(properties)).toEqual([['__proto__', 'x']])
    expect(Object.getPrototypeOf(properties)).toBe(Object.prototype)
  })
})

describe('fields that our tables do not list', () => {
  const newer = indexOf({
    name: [1, 'string'],
    type: [2, 'string'],
    flag: [90, 'bool'],
    small: [91, 'byte'],
    short: [92, 'i16'],
    number: [93, 'i32'],
    id: [94, 'i64'],
    share: [95, 'double'],
    text: [96, 'string'],
    texts: [97, 'list<string>'],
    lists: [98, 'list<list<i32>>'],
    map: [99, 'map<string,list<string>>'],
    inner: [100, 'FieldSchema'],
    inners: [101, 'list<FieldSchema>'],
    maps: [102, 'list<map<string,FieldSchema>>'],
  })
  const struct = {
    name: 'id',
    type: 'int',
    flag: true,
    small: -1,
    short: -2,
    number: -3,
    id: 2n ** 60n,
    share: 0.5,
    text: 'new',
    texts: ['a', ''],
    lists: [[1, 2], []],
    map: { a: ['b'], c: [] },
    inner: { name: 'x' },
    inners: [{ name: 'y' }, {}],
    maps: [{ z: { type: 'int' } }],
  }

  it('are kept and written back', () => {
    const known = read('FieldSchema', write(newer, struct))
    expect(Object.keys(known)).toEqual(['name', 'type'])
    const back = readStruct(openCursor(write(fieldsOf('FieldSchema'), { ...known, type: 'bigint' })), newer)
    expect(back).toEqual({ ...struct, type: 'bigint' })
  })

  it('are copied, so that they do not hold a large answer in memory', () => {
    const bytes = write(newer, struct)
    const known = read('FieldSchema', bytes) as { [UNKNOWN]?: Buffer }
    const before = Buffer.from(known[UNKNOWN]!)
    bytes.fill(0)
    expect(known[UNKNOWN]).toEqual(before)
  })

  it('include known ones that came with another type', () => {
    const other = indexOf({ name: [1, 'i64'], type: [2, 'string'] })
    const known = read('FieldSchema', write(other, { name: 7, type: 'int' }))
    expect(known).toMatchObject({ type: 'int' })
    expect(known).not.toHaveProperty('name')
    expect(readStruct(openCursor(write(fieldsOf('FieldSchema'), known)), other)).toEqual({
      name: 7,
      type: 'int',
    })
  })
})

describe('calls and replies', () => {
  it('a call is the version, the name, the number and the arguments', () => {
    const bytes = encodeCall('get_partition_names', { db_name: 'd', tbl_name: 't', max_parts: -1 }, 7)
    expect(bytes.toString('latin1')).toBe(
      '\x80\x01\x00\x01\0\0\0\x13get_partition_names\0\0\0\x07' +
        '\x0b\0\x01\0\0\0\x01d\x0b\0\x02\0\0\0\x01t\x06\0\x03\xff\xff\0',
    )
  })

  it('an answer is decoded by the method', () => {
    const bytes = reply('get_partition_names', 3, { success: ['a=1', 'a=2'] })
    expect(decodeReply('get_partition_names', bytes, 3)).toEqual({ kind: 'answer', value: ['a=1', 'a=2'] })
    expect(decodeReply('unlock', reply('unlock', 4, {}), 4)).toEqual({ kind: 'answer', value: undefined })
  })

  it('an exception is a fault by its type', () => {
    const bytes = reply('get_table_req', 1, { NoSuchObjectException: { message: 'gone' } })
    const fault = { fault: 'NoSuchObjectException', message: 'gone' }
    expect(decodeReply('get_table_req', bytes, 1)).toEqual({ kind: 'fault', fault })
  })

  it('an unknown method is a fault of its own', () => {
    const bytes = applicationException('lock', 1, "Invalid method name: 'lock'", 1)
    expect(decodeReply('lock', bytes, 1)).toMatchObject({ fault: { fault: 'UnknownMethod' } })
  })

  it.each([
    ['to another method', reply('show_locks', 1, { success: {} }), 'lock'],
    ['to another call', reply('lock', 2, { success: {} }), 'lock'],
    ['without an answer', reply('lock', 1, {}), 'lock'],
    ['that is a call', encodeCall('lock', {}, 1), 'lock'],
    ['that is empty', Buffer.alloc(0), 'lock'],
  ] as const)('a reply %s is refused', (_, bytes, method) => {
    expect(() => decodeReply(method, bytes, 1)).toThrow(expect.objectContaining({ code: 'DATA_INVALID' }))
  })

  it('a reply that is cut anywhere is refused', () => {
    const bytes = reply('get_partitions_by_names', 1, { success: [partition(1)] })
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeReply('get_partitions_by_names', bytes.subarray(0, length), 1)).toThrow(
        expect.objectContaining({ code: 'DATA_INVALID' }),
      )
    }
  })

  it('whatever the bytes are, decoding ends with a value or DATA_INVALID', () => {
    const bytes = reply('get_partitions_by_names', 1, { success: [partition(1), partition(2)] })
    const flip = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255))
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 4 }), flips => {
        const broken = Buffer.from(bytes)
        for (const [at, value] of flips) broken[at] = value
        expectValueOrRefusal(() => decodeReply('get_partitions_by_names', broken, 1))
        expectValueOrRefusal(() => openReceiver(LIMIT).push(broken))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('the end of a message', () => {
  const message = reply('get_partitions_by_names', 1, { success: [partition(1), partition(2)] })

  it('is found byte by byte', () => {
    const receiver = openReceiver(LIMIT)
    for (const [at, byte] of message.entries()) {
      const received = receiver.push(Uint8Array.of(byte))
      if (at === message.length - 1) expect(received).toEqual(message)
      else expect(received).toBeUndefined()
    }
  })

  it('is found however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(message.length), { maxLength: 8 }), cuts => {
        const receiver = openReceiver(LIMIT)
        const ends = [...cuts, message.length].sort((a, b) => a - b)
        const pieces = ends.map((end, at) => message.subarray(ends[at - 1] ?? 0, end))
        const received = pieces.map(piece => receiver.push(piece)).filter(found => found !== undefined)
        expect(received.at(0)).toEqual(message)
      }),
    )
  })

  it('is found in the result of a call without an answer', () => {
    const empty = reply('unlock', 1, {})
    expect(openReceiver(LIMIT).push(empty)).toEqual(empty)
  })

  it('takes time in proportion to the message, though it comes in small pieces', () => {
    const large = reply('get_partitions_by_names', 1, {
      success: Array.from({ length: 5000 }, (_, at) => partition(at)),
    })
    const looks = vi.spyOn(Buffer.prototype, 'readInt32BE')
    const made = [vi.spyOn(Buffer, 'allocUnsafe'), vi.spyOn(Buffer, 'concat')]
    const received = (size: number) => {
      const receiver = openReceiver(64 * LIMIT)
      let message: Buffer | undefined
      for (let at = 0; at < large.length; at += size) message = receiver.push(large.subarray(at, at + size))
      return message?.length
    }
    expect(received(large.length)).toBe(large.length)
    const once = looks.mock.calls.length
    expect(once).toBeGreaterThan(5000)
    for (const buffers of made) buffers.mockClear()
    expect(received(512)).toBe(large.length)
    // Each length is looked at once, and the buffers that double hold four times the message at most, all together.
    expect(looks.mock.calls.length).toBe(2 * once)
    const results = made.flatMap(buffers => buffers.mock.results)
    const bytes = results.reduce((sum, { value }) => sum + (value as Buffer).length, 0)
    expect(bytes).toBeGreaterThan(large.length)
    expect(bytes).toBeLessThan(4 * large.length)
  })

  it('may not be followed by other bytes', () => {
    expect(() => openReceiver(LIMIT).push(Buffer.concat([message, Buffer.of(0)]))).toThrow(/1 bytes follow/)
  })

  it.each([
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n'), /HTTP/],
    ['TLS', Buffer.from([21, 3, 3, 0, 2, 2, 40, 0]), /set tls/],
    ['a framed transport', Buffer.from([0, 0, 0, 20, 0x80, 1, 0, 2]), /something else/],
  ])('is not looked for in %s', (_, bytes, text) => {
    expect(() => openReceiver(LIMIT).push(bytes)).toThrow(text)
  })

  const header = reply('lock', 1, {}).subarray(0, -1)
  const starting = (...bytes: number[]) => Buffer.concat([header, Buffer.from(bytes)])

  it.each([
    ['a text longer than the bound', starting(11, 0, 0, 0, 0, 0, 70), 70],
    ['a text of negative length', starting(11, 0, 0, 0xff, 0xff, 0xff, 0xff), -1],
    ['a list of more values than the bound has bytes', starting(15, 0, 0, 12, 0, 0, 0, 70), 70],
    ['a map of negative size', starting(13, 0, 0, 11, 11, 0xff, 0xff, 0xff, 0xff), -1],
  ])('is not waited for after %s', (_, bytes, count) => {
    expect(() => openReceiver(70).push(bytes)).toThrow(
      expect.objectContaining({
        code: 'DATA_INVALID',
        message: expect.stringContaining(`a value of ${count} bytes or items is beyond 70 bytes`),
      }),
    )
  })

  it('is not waited for after a type that is none', () => {
    expect(() => openReceiver(LIMIT).push(starting(99, 0, 0))).toThrow(
      expect.objectContaining({ code: 'DATA_INVALID', message: expect.stringContaining('type 99') }),
    )
  })

  it('is not waited for beyond the bound', () => {
    const receiver = openReceiver(500)
    expect(() => receiver.push(message)).toThrow(/larger than 500 bytes/)
  })

  it.each([
    ['structs', [12, 0, 0]],
    ['lists', [15, 0, 0, 0, 1]],
  ])('is not looked for in %s nested too deep', (_, [...nested]) => {
    const first = nested[0] === 15 ? [15, 0, 0] : []
    const levels = Array.from({ length: MAX_DEPTH + 1 }, () => nested).flat()
    const deep = starting(...first, ...levels)
    expect(() => openReceiver(LIMIT).push(deep)).toThrow(/nested deeper/)
    expect(() => decodeReply('lock', deep, 1)).toThrow(/nested deeper/)
  })
})

function expectValueOrRefusal(work: () => unknown): void {
  try {
    work()
  } catch (error) {
    expect(error).toMatchObject({ code: 'DATA_INVALID' })
  }
}
