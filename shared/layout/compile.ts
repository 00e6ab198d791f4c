import { GoldsyncError } from '../errors.ts'
import type { Layout, LayoutOptions } from './layout.ts'

/** @throws GoldsyncError `CONFIG_INVALID` that names the part of the template and what is expected */
export function compileLayout(options: LayoutOptions): Layout {
  throw new GoldsyncError('INTERNAL', `not yet compiled: ${options.template}`)
}
