import { inject } from 'vitest'
import type { Target } from './builder.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the run's builder (builder.ts). */
    readonly builder: string
  }
}

/** The folder of what is shipped, built once for all suites of a run: nothing is written into it. */
export async function shipped(target: Target): Promise<string> {
  const response = await fetch(`${inject('builder')}/${target}`)
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text
}
