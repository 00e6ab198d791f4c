/** Calls a function with a progress line, and lets Ctrl-C end it between two batches. */
import { randomUUID } from 'node:crypto'
import type { Context, Outcome } from '../../function.ts'
import { type FunctionName, loadFunction } from '../registry.ts'
import { interruption } from './interrupt.ts'
import { openProgress } from './progress.ts'
import type { Terminal } from './terminal.ts'

export async function call(
  name: FunctionName,
  params: unknown,
  context: Context,
  terminal: Terminal,
): Promise<Outcome> {
  const { invoke } = await loadFunction(name)
  const interrupt = interruption(terminal)
  const progress = openProgress(terminal)
  try {
    const invocation = { id: randomUUID(), params, signal: interrupt.signal }
    return await invoke(invocation, { ...context, onProgress: progress.show })
  } finally {
    progress.end()
    interrupt.end()
  }
}
