/** A proposal for people: what was seen, how sure it is, and the config. */
import { visible } from '../../../base/visible.ts'
import type { Decision, LakeProposal } from '../../../propose/observed.ts'
import type { InitOutput } from '../../output.ts'
import type { Paint } from '../terminal.ts'

interface Shown {
  readonly file: string
  readonly written: boolean
  readonly paint: Paint
}

const SURE = { sure: 'green', likely: 'cyan', unsure: 'yellow' } as const satisfies Record<
  Decision['sure'],
  Parameters<Paint>[0]
>

/** Folders that are shown of those that were seen. */
const MOST = 4

export function proposalLines(
  { seen, lakes, open, config }: Omit<InitOutput, 'version'>,
  { file, written, paint }: Shown,
): string[] {
  const more = seen.folders.length > MOST ? `, …` : ''
  const examples =
    seen.folders.length > 0 ? `: ${seen.folders.slice(0, MOST).map(visible).join(', ')}${more}` : ''
  return [
    `${visible(seen.location)}: looked into ${seen.lookedInto} of ${seen.inRoot} folders, found ${seen.folders.length} that hold data files${examples}`,
    ...lakes.flatMap(lake => ['', ...lakeLines(lake, paint)]),
    ...(open.length > 0 ? ['', paint('yellow', 'not decided')] : []),
    ...open.map(question => `  ! ${visible(question)}`),
    ...(config === undefined ? ['', 'no config is proposed: set the layout yourself (docs/layouts.md)'] : []),
    ...(config === undefined || written
      ? []
      : ['', paint('bold', `# ${file}`), ...config.trimEnd().split('\n').map(visible)]),
    ...(config === undefined ? [] : ['', next(file, written)]),
  ]
}

function lakeLines(lake: LakeProposal, paint: Paint): string[] {
  const rows: readonly (readonly [string, Decision])[] = [
    ['layout', lake.layout],
    ['timeZone', lake.timeZone],
    ['partition keys', lake.partitionKeys],
    ['database', lake.database],
  ]
  return [
    paint('bold', `lake ${visible(lake.location)}`),
    ...rows.flatMap(([name, { value, sure, why, alternatives = [] }]) => [
      `  ${name}: ${visible(value)}   ${paint(SURE[sure], sure)}`,
      `      ${visible(why)}`,
      ...(alternatives.length > 0
        ? [`      or: ${visible(alternatives.slice(0, 5).join(', ').replaceAll('\n', ', '))}`]
        : []),
    ]),
  ]
}

function next(file: string, written: boolean): string {
  const config = file === 'goldsync.yaml' ? '' : ` --config ${file}`
  return written
    ? `${file} is written. Next: goldsync check${config}, goldsync plan${config}, goldsync scan${config}`
    : `nothing was written: --write writes it to ${file}`
}
