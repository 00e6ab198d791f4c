/** How the demo shows things. */
import type { Terminal } from '../terminal.ts'

export function showTitle({ print, paint }: Terminal, title: string): void {
  print(`\n${paint('bold', `── ${title}`)}`)
}

/** A command as the reader could type it. */
export function showCommand({ print, paint }: Terminal, command: string): void {
  print(paint('cyan', `$ ${command}`))
}

/** Columns as wide as their widest value. */
export function showTable({ print, paint }: Terminal, rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map(row => (row[at] ?? '').length)))
  for (const [index, row] of rows.entries()) {
    const line = row.map((value, at) => value.padEnd(widths[at] ?? 0)).join('  ')
    print(`  ${index === 0 ? paint('dim', line) : line}`)
  }
}
