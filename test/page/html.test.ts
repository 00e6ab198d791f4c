import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { html, markupOf, trusted } from '../../shared/page/html.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '/', 'a', '\u202e', '\0') }),
)

/** As a browser reads it. */
const read = (markup: string): string =>
  markup
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')

describe('html', () => {
  test('keeps the text of any name, and none of it is markup', () => {
    fc.assert(
      fc.property(text, name => {
        const markup = markupOf(html`${name}`)
        expect(markup).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/)
        const visible = read(markup).replace(/\\u\{([0-9a-f]+)\}/g, (_, code: string) =>
          String.fromCodePoint(Number.parseInt(code, 16)),
        )
        if (!name.includes('\\u{')) expect(visible).toBe(name)
      }),
    )
  })

  test('takes what it made as markup, lists as their parts, and nothing as nothing', () => {
    const rows = ['a', '<b>'].map(name => html`<li>${name}</li>`)
    expect(markupOf(html`<ul class="${'x"y'}">${rows}${undefined}${false}${0}</ul>${trusted('<hr>')}`)).toBe(
      '<ul class="x&quot;y"><li>a</li><li>&lt;b&gt;</li>0</ul><hr>',
    )
  })

  test('is not fooled by what looks like markup of its own', () => {
    const forged = JSON.parse('{"markup":"<script>","text":"<script>"}') as never
    expect(markupOf(html`${forged}`)).not.toContain('<script>')
  })

  test.each([
    ['\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['a\u0000b', 'a\\u{0}b'],
    ['ord\u200bers', 'ord\\u{200b}ers'],
    ['one\ntwo', 'one\ntwo'],
    ['注文', '注文'],
  ])('shows %j as %j: what cannot be seen makes no two names look the same', (name, shown) => {
    expect(markupOf(html`${name}`)).toBe(shown)
  })
})
