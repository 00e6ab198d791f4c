/** What a bench is held to: measured, wanted, met. */
export interface Target {
  readonly what: string
  readonly measured: number
  /** What is wanted: at most so much, or at least. */
  readonly most?: number
  readonly least?: number
}

export const isMet = ({ measured, most, least }: Target): boolean =>
  (most === undefined || measured <= most) && (least === undefined || measured >= least)

export const targetLines = (targets: readonly Target[]): string[] =>
  targets.length === 0
    ? []
    : [
        '| target | measured | wanted | met |',
        '|---|---:|---:|---|',
        ...targets.map(
          target =>
            `| ${target.what} | ${shown(target.measured)} | ${wanted(target)} | ${isMet(target) ? 'yes' : '**no**'} |`,
        ),
        '',
      ]

const wanted = ({ most, least }: Target): string =>
  most !== undefined ? `≤ ${shown(most)}` : `≥ ${shown(least ?? Number.NaN)}`

const shown = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(2))
