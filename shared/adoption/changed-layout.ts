/** A lake's layout, zone or keys are others than when its table was filled: what follows is told before anything is written. Pure. */
import { GoldsyncError } from '../base/errors.ts'
import { compileLayout } from '../layout/compile.ts'
import type { Layout } from '../layout/layout.ts'
import { type Column, printValues, type Table } from '../schema/table.ts'
import { isOtherLayout, type KeptLayout, keptLayout, printKeyRules } from '../state/kept-layout.ts'
import type { Finding } from './wants.ts'

/**
 * @param layout the lake's @param named whether the config names the table in `tables.adopt`: then it goes on whatever the values are
 * @returns an error that refuses the table, a warning with which it goes on, or undefined where nothing has changed
 */
export function changedLayout(table: Table, layout: Layout, named: boolean): Finding | undefined {
  const { parameters, partitionKeys } = table
  const kept = keptLayout(parameters)
  if (kept === undefined || !isOtherLayout(parameters, layout)) return undefined
  const before = compiled(kept, partitionKeys)
  const now = layout.withKeys(partitionKeys)
  const values = before && otherValues(before, now)
  const what = differences(kept, layout.options).join('; ')
  if (values && !named) return refusal(table, what, values)
  return goesOn(what, before, now)
}

/** A later build may know layouts that this one does not. */
function compiled(kept: KeptLayout, keys: readonly Column[]): Layout | undefined {
  try {
    return compileLayout(kept).withKeys(keys)
  } catch (error) {
    if (!(error instanceof GoldsyncError)) throw error
    return undefined
  }
}

/** What both make of one hour, or of one folder, where that differs; undefined where it is the same. */
function otherValues(before: Layout, now: Layout): readonly [string, string] | undefined {
  const old = before.sample()
  const folder = now.parse(old.segments)
  const found = folder.kind === 'partition' ? folder.values : now.sample().values
  const texts = [printValues(old.values), printValues(found)] as const
  return texts[0] === texts[1] ? undefined : texts
}

function differences(before: KeptLayout, now: KeptLayout): string[] {
  const keys = [printKeyRules(before.partitionKeys), printKeyRules(now.partitionKeys)] as const
  return [
    ...(before.template === now.template ? [] : [`layout was ${before.template} and is ${now.template}`]),
    ...(before.timeZone === now.timeZone ? [] : [`timeZone was ${before.timeZone} and is ${now.timeZone}`]),
    ...(keys[0] === keys[1] ? [] : [`partitionKeys were (${keys[0]}) and are (${keys[1]})`]),
  ]
}

const refusal = ({ name }: Table, what: string, [before, now]: readonly [string, string]): Finding => ({
  code: 'LAYOUT_CHANGED',
  severity: 'error',
  message: `since the table was synced, ${what}: what is registered as ${before} would be registered as ${now}, so that rows would be there twice, or queries by one spelling would miss those of the other; nothing of the table is changed`,
  fix: `set them back, or give the topic another table with tables.rename; where the table shall have both, name it in tables.adopt: [${name.name}]`,
})

function goesOn(what: string, before: Layout | undefined, now: Layout): Finding {
  const fits = before === undefined || now.parse(before.sample().segments).kind === 'partition'
  const stale = fits
    ? 'what is registered stays as it is, under the values that it has'
    : 'what is registered stays, and no run looks into folders any more that do not fit the new layout: files that come to them, or change there, are not noticed'
  return {
    code: 'LAYOUT_CHANGED',
    severity: 'warning',
    message: `since the table was synced, ${what}: ${stale}; the next scan looks at the whole topic, and this is told until one has begun`,
    fix: fits
      ? 'nothing, if that is meant; else set it back before the next scan'
      : 'nothing, if no sink writes to the old folders any more; else set it back, or give them a lake and a table of their own',
  }
}
