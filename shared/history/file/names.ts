/** The files of a history: one for each day (UTC). Pure. */

const NAME = /^(\d{4}-\d{2}-\d{2})\.jsonl$/

/** `2026-11-28.jsonl`. @param time epoch ms */
export const fileOfDay = (time: number): string => `${new Date(time).toISOString().slice(0, 10)}.jsonl`

/** Those of a folder's files that are of the history, the newest first. */
export const dayFiles = (names: readonly string[]): string[] =>
  names.filter(name => NAME.test(name)).sort((a, b) => (a < b ? 1 : -1))

const DAY = 86_400_000

/** Those whose day is more than `days` ago. @param now epoch ms */
export const olderThan = (names: readonly string[], days: number, now: number): string[] => {
  const first = fileOfDay(now - days * DAY)
  return dayFiles(names).filter(name => name < first)
}
