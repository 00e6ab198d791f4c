/** Markup made of text that is escaped: the one way by which a name gets into the page. */

const MARKUP = Symbol('markup')

/** Text that is markup already. Only `html` and `trusted` make it. */
export interface Html {
  readonly [MARKUP]: string
}

/** What goes into markup: text is escaped, lists are joined, nothing is nothing. */
export type Part = Html | string | number | undefined | false | readonly Part[]

/**
 * A tagged template. Values stand for text, or for attribute values between double quotes, and nowhere else.
 * @example html`<a href="${address}">${name}</a>`
 */
export function html(fixed: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const texts = parts.map((part, at) => textOf(part) + (fixed[at + 1] ?? ''))
  return trusted((fixed[0] ?? '') + texts.join(''))
}

/** Markup that was written by us, whole: style and script, in which nothing is escaped. */
export const trusted = (text: string): Html => ({ [MARKUP]: text })

export const markupOf = (markup: Html): string => markup[MARKUP]

function textOf(part: Part): string {
  if (part === undefined || part === false) return ''
  if (typeof part === 'string') return escapeText(part)
  if (typeof part === 'number') return `${part}`
  return isList(part) ? part.map(textOf).join('') : markupOf(part)
}

const isList = (part: Html | readonly Part[]): part is readonly Part[] => Array.isArray(part)

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Also shows what cannot be seen (`\u{202e}`), so that no name looks like another, or turns the text around it.
 * Line ends and tabs stay: messages have them.
 */
const escapeText = (text: string): string =>
  text.replace(
    /[&<>"']|(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    found => ENTITIES[found] ?? `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`,
  )
