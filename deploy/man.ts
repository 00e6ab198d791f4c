/** `goldsync.1`, made of the commands themselves: `npm run build` puts it beside the program. */
import { manPage } from '../shared/hosts/cli/man.ts'
import { AFTER, createProgram } from '../shared/hosts/cli/program.ts'
import type { Terminal } from '../shared/hosts/cli/terminal.ts'
import { treeOf } from '../shared/hosts/cli/tree.ts'

const NOBODY: Terminal = {
  print: () => {},
  note: () => {},
  paint: (_, text) => text,
  redraw: undefined,
}

export const manText = (version: string): string =>
  manPage(treeOf(createProgram(NOBODY)), { version, after: AFTER })
