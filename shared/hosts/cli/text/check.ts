/** Checks for people: a line each, with what to do below it. */
import { visible } from '../../../base/visible.ts'
import { type Check, type CheckReport, counted } from '../../../check/check.ts'
import type { Paint, Terminal } from '../terminal.ts'
import { visibleLines } from './cleaned.ts'
import { printWrapped } from './wrap.ts'

const MARKS = {
  ok: ['green', '✓'],
  warning: ['yellow', '!'],
  failed: ['red', '✗'],
  notAsked: ['dim', '·'],
} as const satisfies Record<Check['state'], readonly [Parameters<Paint>[0], string]>

interface CheckText {
  show(check: Check): void
  end(report: CheckReport): void
}

const linesOf = (text: string): readonly string[] => (text === '' ? [] : visibleLines(text))

/** Of those that are shown with `--quiet`. */
const isLoud = ({ state }: Check): boolean => state === 'failed' || state === 'warning'

export function openCheckText(terminal: Terminal, { quiet }: { readonly quiet: boolean }): CheckText {
  const { paint } = terminal
  let head: string | undefined
  const print = (lines: readonly string[]) => printWrapped(terminal, lines)
  return {
    show(check) {
      if (quiet && !isLoud(check)) return
      const { area, subject, state, said, fix } = check
      const title = visible(subject === undefined ? area : `${area} ${subject}`)
      const [style, mark] = MARKS[state]
      print([
        ...(title === head ? [] : [paint('bold', title)]),
        ...linesOf(said).map((line, at) => (at === 0 ? `  ${paint(style, mark)} ${line}` : `    ${line}`)),
        ...linesOf(fix ?? '').map((line, at) => (at === 0 ? `      what to do: ${line}` : `        ${line}`)),
      ])
      head = title
    },
    end({ ok, checks }) {
      if (quiet && ok) return
      const count = (state: Check['state']) => checks.filter(check => check.state === state).length
      const failures = count('failed')
      const result = ok ? 'a run has what it needs' : `${counted(failures, 'check')} failed`
      const rest = `${counted(count('warning'), 'warning')}, ${count('notAsked')} not asked`
      print(['', `${paint(ok ? 'green' : 'red', result)}; ${rest}`])
    },
  }
}
