/** A file's lines from its end, in bounded memory. */
import { open } from 'node:fs/promises'

const BLOCK = 64 * 1024
/** Bytes of a line: longer ones are no entries of ours, and are left out. */
const LONGEST = 1024 * 1024

/**
 * Lines in UTF-8 without their ends, the last first; empty ones are left out, and what follows the last line's end is a line, too.
 * @throws Error as node:fs
 */
export async function* linesBackwards(path: string, signal?: AbortSignal): AsyncGenerator<string> {
  const file = await open(path, 'r')
  try {
    let { size: end } = await file.stat()
    /** The beginning of the line that is not whole yet, last block first; undefined where it is too long. */
    let rest: Buffer | undefined = Buffer.alloc(0)
    while (end > 0) {
      signal?.throwIfAborted()
      const length = Math.min(BLOCK, end)
      end -= length
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, end)
      const [head, lines] = split(buffer.subarray(0, bytesRead), rest)
      yield* lines
      rest = head
    }
    if (rest && rest.length > 0) yield rest.toString('utf8')
  } finally {
    await file.close()
  }
}

/** The beginning that may go on in the block before, and the whole lines of this one, the last first. */
function split(block: Buffer, rest: Buffer | undefined): [Buffer | undefined, string[]] {
  const first = block.indexOf(0x0a)
  if (first === -1) return [joined(block, rest), []]
  const last = block.lastIndexOf(0x0a)
  const tail = joined(block.subarray(last + 1), rest)
  const between = block.subarray(first + 1, Math.max(first + 1, last)).toString('utf8')
  const lines = [...(tail ? [tail.toString('utf8')] : []), ...between.split('\n').reverse()]
  return [Buffer.from(block.subarray(0, first)), lines.filter(line => line !== '')]
}

function joined(block: Buffer, rest: Buffer | undefined): Buffer | undefined {
  return rest === undefined || block.length + rest.length > LONGEST ? undefined : Buffer.concat([block, rest])
}
