/** The variables of a template, and what a path binds them to. */

/** Coarse to fine: a layout that has one has all before it. */
export const TIME_UNITS = ['year', 'month', 'day', 'hour', 'minute'] as const

export type TimeUnit = (typeof TIME_UNITS)[number]

/** `digits`: exactly so many, zero-padded; undefined for one or two digits without padding, as Spark writes integers. */
interface TimeVariable {
  readonly unit: TimeUnit
  readonly digits: number | undefined
}

/** By their names in templates, which have a case: `MM` is a month, `mm` a minute. */
export const TIME_VARIABLES: Readonly<Record<string, TimeVariable>> = {
  yyyy: { unit: 'year', digits: 4 },
  MM: { unit: 'month', digits: 2 },
  dd: { unit: 'day', digits: 2 },
  HH: { unit: 'hour', digits: 2 },
  mm: { unit: 'minute', digits: 2 },
  M: { unit: 'month', digits: undefined },
  d: { unit: 'day', digits: undefined },
  H: { unit: 'hour', digits: undefined },
  m: { unit: 'minute', digits: undefined },
}

export const TIME_VARIABLE_OF: Readonly<Record<TimeUnit, string>> = {
  year: '{yyyy}',
  month: '{MM}',
  day: '{dd}',
  hour: '{HH}',
  minute: '{mm}',
}

/** What people write for a time variable, in lower case; taking it for free text would lose the partitions' time. */
export const LOOK_ALIKES: Readonly<Record<string, TimeUnit>> = {
  y: 'year',
  yy: 'year',
  yyyy: 'year',
  year: 'year',
  month: 'month',
  d: 'day',
  dd: 'day',
  day: 'day',
  h: 'hour',
  hh: 'hour',
  hour: 'hour',
  minute: 'minute',
}

export type WallTime = Readonly<Partial<Record<TimeUnit, number>>>

/** What the variables stand for in one path. */
export interface Bindings {
  readonly time: WallTime
  /** `topic` and the free variables, by name. */
  readonly text: Readonly<Record<string, string>>
}

export const NO_BINDINGS: Bindings = { time: {}, text: {} }

export const merge = (a: Bindings, b: Bindings): Bindings => ({
  time: { ...a.time, ...b.time },
  text: { ...a.text, ...b.text },
})
