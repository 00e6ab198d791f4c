/** Rows of cells under a header, as wide as the terminal at most. */

/** Columns between two cells. */
const GAP = 2
/** No cell is cut to less. */
const NARROWEST = 8
/** Where there is no terminal: longer cells stand out of their column, so that not every row is as long as the longest. */
const WIDEST = 60

/** @param width of the terminal in columns; undefined where the text goes elsewhere: then nothing is cut */
export function tableLines(rows: readonly (readonly string[])[], width: number | undefined): string[] {
  const natural = (rows[0] ?? []).map((_, at) => Math.max(...rows.map(row => widthOf(row[at] ?? ''))))
  const room = (width ?? Number.POSITIVE_INFINITY) - GAP * (natural.length - 1)
  const widths = width === undefined ? natural.map(cells => Math.min(cells, WIDEST)) : narrow(natural, room)
  return rows.map(row => rowLine(row, widths, width !== undefined))
}

function rowLine(row: readonly string[], widths: readonly number[], cuts: boolean): string {
  const cells = row.map((cell, at) => pad(cuts ? cut(cell, widths[at] ?? 0) : cell, widths[at] ?? 0))
  return cells.join(' '.repeat(GAP)).trimEnd()
}

/** The widest cells give way first, all to the same width. */
function narrow(widths: readonly number[], room: number): number[] {
  let most = Math.max(...widths)
  const total = () => widths.reduce((sum, width) => sum + Math.min(width, most), 0)
  while (most > NARROWEST && total() > room) most -= 1
  return widths.map(width => Math.min(width, most))
}

const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

const ASCII = /^[ -~]*$/
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
/** Terminals give these two columns (Unicode Standard Annex 11, near enough). */
const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}！-｠]/u

const graphemes = (text: string): string[] => [...GRAPHEMES.segment(text)].map(({ segment }) => segment)
const columnsOf = (grapheme: string): number => (WIDE.test(grapheme) ? 2 : 1)

/** Columns that a text takes in a terminal. */
export function widthOf(text: string): number {
  if (ASCII.test(text)) return text.length
  return graphemes(text).reduce((sum, grapheme) => sum + columnsOf(grapheme), 0)
}

/** The text in at most `width` columns; an ellipsis tells that it goes on. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  if (ASCII.test(text)) return `${text.slice(0, width - 1)}…`
  let [kept, used] = ['', 0]
  for (const grapheme of graphemes(text)) {
    used += columnsOf(grapheme)
    if (used > width - 1) break
    kept += grapheme
  }
  return `${kept}…`
}
