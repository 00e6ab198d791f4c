/** What diagnostics say of one engine and one column. */
import type { Diagnostic, Engine, EngineEffect } from '../../shared/schema/diagnostic.ts'

/** What was told of this engine about the column, something in it, or the whole file. */
export const warningsOf = (
  told: readonly Diagnostic[],
  name: string,
  engine: Engine,
): { readonly code: string; readonly effect: EngineEffect['effect'] }[] =>
  told.flatMap(({ code, column, engines = [] }) =>
    engines
      .filter(effect => effect.engine === engine)
      .filter(({ effect }) => effect === 'refusesFile' || column?.toLowerCase().split('.')[0] === name)
      .map(({ effect }) => ({ code, effect })),
  )
