import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeFrame, encodeWord, openIncoming, STATUS } from '../../../shared/credentials/sasl/frames.ts'

const LIMIT = 1000
const bytes = (max = 200) => fc.uint8Array({ maxLength: max }).map(array => Buffer.from(array))

/** The bytes, cut at these places. */
function pieces(whole: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [...new Set([0, ...cuts.map(cut => cut % (whole.length + 1)), whole.length])].sort(
    (a, b) => a - b,
  )
  return places.slice(1).map((end, at) => whole.subarray(places[at], end))
}

describe("Thrift's frames of SASL", () => {
  it('begin with a status and four bytes of length, in the order of the network', () => {
    const word = encodeWord({ status: STATUS.START, payload: Buffer.from('PLAIN') })
    expect(word.toString('hex')).toBe('0100000005504c41494e')
    expect(encodeFrame(Buffer.from('abc')).toString('hex')).toBe('00000003616263')
  })

  it('come out as they went in, wherever they are cut', () => {
    const words = fc.array(fc.record({ status: fc.integer({ min: 1, max: 5 }), payload: bytes() }), {
      maxLength: 5,
    })
    fc.assert(
      fc.property(
        words,
        fc.array(bytes(), { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (sent, messages, cuts) => {
          const whole = Buffer.concat([...sent.map(encodeWord), ...messages.map(encodeFrame)])
          const incoming = openIncoming(LIMIT)
          const got: unknown[] = []
          for (const piece of pieces(whole, cuts)) {
            incoming.push(piece)
            while (got.length < sent.length) {
              const word = incoming.word()
              if (!word) break
              got.push(word)
            }
            for (
              let frame = got.length < sent.length ? undefined : incoming.frame();
              frame;
              frame = incoming.frame()
            )
              got.push(frame)
          }
          expect(got).toEqual([...sent, ...messages])
        },
      ),
    )
  })

  it('of messages that need not be whole come piece by piece', () => {
    fc.assert(
      fc.property(
        fc.array(bytes(), { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (messages, cuts) => {
          const incoming = openIncoming(LIMIT)
          const got: Buffer[] = []
          for (const piece of pieces(Buffer.concat(messages.map(encodeFrame)), cuts)) {
            incoming.push(piece)
            for (let part = incoming.piece(); part; part = incoming.piece()) got.push(part)
          }
          expect(Buffer.concat(got)).toEqual(Buffer.concat(messages))
        },
      ),
    )
  })

  it.each([
    ['HTTP/1.1 400 Bad Request', 'HTTP'],
    ['\x15\x03\x01\x00\x02', 'TLS'],
    ['\x80\x01\x00\x03', 'Thrift alone'],
    ['\x00\x00\x00\x00\x00', 'something else'],
  ])('are not what %j is', (text, language) => {
    const incoming = openIncoming(LIMIT)
    incoming.push(Buffer.from(text, 'latin1'))
    expect(() => incoming.word()).toThrow(`in ${language}, not in SASL`)
  })

  it('that announce more than the limit are refused before they are here', () => {
    const incoming = openIncoming(LIMIT)
    incoming.push(Buffer.from('000003e9', 'hex'))
    expect(() => incoming.frame()).toThrow('1001 bytes')
    const words = openIncoming(LIMIT)
    words.push(Buffer.from('027fffffff', 'hex'))
    expect(() => words.word()).toThrow('2147483647 bytes')
  })
})
