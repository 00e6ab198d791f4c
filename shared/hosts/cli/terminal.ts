/** Where the command line writes: results to standard output, progress and errors to standard error. */
import { styleText } from 'node:util'
import { wrap } from './text/wrap.ts'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

export type Paint = (style: Style, text: string) => string

export interface Terminal {
  /** Writes a line of the result, as it is. */
  print(line: string): void
  /** Writes a line that is not the result, in the place of what is drawn. */
  note(line: string): void
  /** Columns that a line of the result has; undefined where nobody watches: then nothing is cut or broken. */
  readonly width?: number | undefined
  /** For standard output. */
  readonly paint: Paint
  /** Redraws one line of standard error; undefined where nobody watches. */
  readonly redraw: ((line: string) => void) | undefined
}

/** A reader that has seen enough (`| head`) is no failure. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
  process.exit()
}

const CLEAR = '\r\u001b[K'

/** Undefined where it is no terminal. */
const widthOf = ({ isTTY, columns }: NodeJS.WriteStream): number | undefined =>
  isTTY === true ? columns || 80 : undefined

export function openTerminal(env: NodeJS.ProcessEnv = process.env): Terminal {
  const { stdout, stderr } = process
  stdout.on('error', endQuietly)
  const watched = stderr.isTTY === true && env.TERM !== 'dumb'
  return {
    print: line => stdout.write(`${line}\n`),
    note: line => {
      if (watched) stderr.write(CLEAR)
      for (const part of wrap(line, widthOf(stderr))) stderr.write(`${part}\n`)
    },
    get width() {
      return widthOf(stdout)
    },
    paint:
      stdout.isTTY === true && !env.NO_COLOR ? (style, text) => styleText(style, text) : (_, text) => text,
    redraw: watched
      ? line => stderr.write(`${CLEAR}${line.slice(0, (widthOf(stderr) ?? 80) - 1)}`)
      : undefined,
  }
}
