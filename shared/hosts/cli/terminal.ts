/** Where the command line writes: results to standard output, progress and errors to standard error. */
import { styleText } from 'node:util'

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

export type Paint = (style: Style, text: string) => string

export interface Terminal {
  /** Writes a line of the result. */
  print(line: string): void
  /** Writes a line that is not the result. */
  note(line: string): void
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

export function openTerminal(env: NodeJS.ProcessEnv = process.env): Terminal {
  const { stdout, stderr } = process
  stdout.on('error', endQuietly)
  const watched = stderr.isTTY === true && env.TERM !== 'dumb'
  return {
    print: line => stdout.write(`${line}\n`),
    note: line => stderr.write(`${line}\n`),
    paint:
      stdout.isTTY === true && !env.NO_COLOR ? (style, text) => styleText(style, text) : (_, text) => text,
    redraw: watched
      ? line => stderr.write(`\r\u001b[K${line.slice(0, (stderr.columns || 80) - 1)}`)
      : undefined,
  }
}
