/** What servers say of data that they fail on, without the data: their words come to logs, reports and catalogs. Pure. */

const HIDDEN = '…'

/** A literal behind what was done with it: `Cannot cast VARCHAR 'x' to date`, `For input string: "x"`. Up to the last quote, or the end where that was cut off. */
const LITERAL =
  /\b(cast|casting|parse|parsing|convert|converting|decode|input string|arguments?|values?|literal)\b([\s:(][^'"]{0,60})(['"])(?:.*\3|.*$)/gis

/** Least and greatest value of a column: `[min: 1.5, max: 2.5, num_nulls: 0]`. */
const BOUNDS = /\b(min|max): .*?(?=, (?:max|num_nulls): |\]|$)/gis

/** `Value 3000000000 exceeds`, `Out of range for integer: 3000000000`, `overflow: 12.5`. */
const NUMBER =
  /\b(values?|out of range[^:]{0,40}:|overflow[^:\d]{0,40}:?|input string:)(\s+)[-+]?\d[\d.,eE+-]*/gi

/** Names of columns, files and types stay. */
export const withoutValues = (words: string): string =>
  words
    .replace(BOUNDS, `$1: ${HIDDEN}`)
    .replace(
      LITERAL,
      (_, what: string, between: string, quote: string) => `${what}${between}${quote}${HIDDEN}${quote}`,
    )
    .replace(NUMBER, `$1$2${HIDDEN}`)
