/** A connection that SASL has secured, as a stream of what is said in it. */
import { Duplex } from 'node:stream'
import { encodeFrame, encodeWord, type Incoming, openIncoming, type Word } from './frames.ts'
import type { Layer, Mechanism } from './mechanism.ts'
import { negotiate } from './negotiate.ts'

/** A protected message is held whole: as large as an answer may be. */
const FRAME_LIMIT = 256 * 1024 * 1024 + 65_536

/**
 * Makes the handshake; the stream that it gives ends with the connection, and the other way round. No time limit: destroying the
 * connection ends the handshake.
 * @throws GoldsyncError as the mechanism and the server's words tell; the connection's own error
 */
export async function secured(connection: Duplex, mechanism: Mechanism): Promise<Duplex> {
  const incoming = openIncoming(FRAME_LIMIT)
  const words = openWords(connection, incoming)
  try {
    await negotiate(mechanism, {
      send: word => void connection.write(encodeWord(word)),
      receive: words.next,
    })
  } finally {
    words.stop()
  }
  return messages(connection, incoming, mechanism.layer)
}

/** The words of the handshake as they come. */
function openWords(connection: Duplex, incoming: Incoming) {
  let failure: { readonly error: unknown } | undefined
  let waiting:
    | { readonly resolve: (word: Word) => void; readonly reject: (error: unknown) => void }
    | undefined
  const settle = () => {
    if (!waiting) return
    try {
      const word = incoming.word()
      if (word) waiting.resolve(word)
      else if (failure) waiting.reject(failure.error)
      else return
    } catch (error) {
      waiting.reject(error)
    }
    waiting = undefined
  }
  const onData = (chunk: Buffer) => {
    incoming.push(chunk)
    settle()
  }
  const onError = (error: unknown) => {
    failure ??= { error }
    settle()
  }
  const onClose = () => onError(new Error('the server closed the connection'))
  connection.on('data', onData).on('error', onError).on('close', onClose)
  return {
    next: () =>
      new Promise<Word>((resolve, reject) => {
        waiting = { resolve, reject }
        settle()
      }),
    stop: () => connection.off('data', onData).off('error', onError).off('close', onClose),
  }
}

function messages(connection: Duplex, incoming: Incoming, layer: Layer | undefined): Duplex {
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      const sent = layer ? protectedFrames(chunk, layer) : Promise.resolve([encodeFrame(chunk)])
      sent.then(frames => connection.write(Buffer.concat(frames), error => done(error)), done)
    },
    destroy: (error, done) => {
      connection.destroy()
      done(error)
    },
  })
  const take = async () => {
    for (let message = next(); message !== undefined; message = next())
      stream.push(layer ? await layer.unwrap(message) : message)
  }
  const next = () => (layer ? incoming.frame() : incoming.piece())
  // One chunk after another: what is unwrapped has a number.
  let last = Promise.resolve()
  const run = () => {
    last = last.then(take)
    last.catch(error => stream.destroy(error))
  }
  const finish = () =>
    void last.then(
      () => stream.destroy(),
      () => undefined,
    )
  // It may fail before whoever asked for it listens: to them, it is a stream that ended.
  stream.on('error', () => undefined)
  run()
  connection.on('data', chunk => {
    incoming.push(chunk)
    run()
  })
  connection.on('error', error => stream.destroy(error))
  connection.on('close', finish)
  if (connection.destroyed) finish()
  return stream
}

async function protectedFrames(data: Buffer, { wrap, maxLength }: Layer): Promise<Buffer[]> {
  const frames: Buffer[] = []
  for (let at = 0; at < data.length; at += maxLength)
    frames.push(encodeFrame(await wrap(data.subarray(at, at + maxLength))))
  return frames
}
