import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { StatusReport } from '../../shared/function/status.ts'
import { type PageOptions, renderFailure, renderPage } from '../../shared/page/page.ts'
import { NOW, samplePast, sampleStatus } from './sample.ts'

const OPTIONS: PageOptions = { now: NOW, policy: "default-src 'none'", isLive: true }
const page = (status: StatusReport, more: Partial<PageOptions> = {}) =>
  renderPage(status, { ...OPTIONS, ...more })

/** All that others name is the same text. */
function statusWith(name: string): StatusReport {
  return {
    lakes: [{ location: name, notKept: name }],
    tables: [
      {
        table: `golden.${name}`,
        topic: name,
        catalog: name,
        state: 'refused',
        refusal: { code: 'TABLE_ELSEWHERE', message: name, fix: name },
        pending: [name],
        waits: [{ partition: name, code: 'TYPE_HELD', file: name, remedy: name, since: name }],
        engines: [
          {
            engine: name,
            unproven: [name],
            unseen: true,
            failed: [{ partition: name, column: name, said: name, holdsBack: true }],
          },
        ],
        cursor: name,
        descriptorsPending: true,
        error: { code: 'UNAVAILABLE', message: name, hint: name, retryable: true },
      },
    ],
    failures: [
      { location: name, error: { code: 'UNAVAILABLE', message: name, hint: name, retryable: true } },
    ],
    diagnostics: [{ code: 'TOPIC_GONE', severity: 'warning', message: name, fix: name, table: name }],
  }
}

/** The elements in their order, with the names of their attributes. */
const skeleton = (html: string): readonly string[] =>
  [...html.matchAll(/<(\/?[a-z0-9!]+)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*\/?>/gi)].map(
    ([, tag, attributes = '']) => `${tag} ${attributes.replace(/="[^"]*"/g, '')}`,
  )

describe('the status page', () => {
  test('has the same elements whatever things are named', () => {
    const wanted = skeleton(page(statusWith('name')))
    expect(wanted.length).toBeGreaterThan(80)
    const hostile = fc.string({
      unit: fc.constantFrom(
        '<',
        '>',
        '"',
        "'",
        '&',
        '/',
        '=',
        ' ',
        'script',
        'onload',
        '<!--',
        ']]>',
        '\u2028',
      ),
      minLength: 1,
    })
    fc.assert(
      fc.property(hostile, name => {
        expect(skeleton(page(statusWith(name)))).toEqual(wanted)
      }),
      { numRuns: 200 },
    )
  })

  test.each(['<script>alert(1)</script>', '</style><script>alert(1)</script>', "' onmouseover='alert(1)"])(
    'shows a folder named %s as it is named',
    name => {
      const html = page(statusWith(name))
      expect(html).not.toContain(name)
      expect(html).toContain(name.replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll("'", '&#39;'))
    },
  )

  test('says in its title and first heading how many tables need somebody', () => {
    const html = page(sampleStatus(2_000))
    expect(html).toContain('<title>3 of 2,000 tables need you · goldsync</title>')
    expect(html).toContain('<h1>3 of 2,000 tables need you</h1>')
  })

  test('of a lake without trouble says so, and shows its tables', () => {
    const html = page({ ...sampleStatus(2_000), tables: sampleStatus(2_000).tables.slice(0, 5) })
    expect(html).toContain('<h1>Nothing needs you</h1>')
    expect(html).not.toContain('What to do')
    expect(html).not.toContain('<details')
  })

  test('of an empty lake is a page as well', () => {
    expect(page({ lakes: [], tables: [], failures: [], diagnostics: [] })).toContain(
      'There is no topic in the lakes yet',
    )
  })

  test('tells trouble before tables, with what to do and since when', () => {
    const html = page(sampleStatus(3))
    const order = ['Queries meet files', 'Files of other types', 'id="tables"'].map(text =>
      html.indexOf(text),
    )
    expect(order).toEqual([...order].sort((one, other) => one - other))
    expect(html).toContain('What to do:</b> move the file out of the folder')
    expect(html).toContain('2026-11-27 22:45 UTC</time> (15 h ago)')
  })

  test('names the first of thousands, and says where the rest is', () => {
    const [orders] = sampleStatus(3).tables.filter(({ topic }) => topic === 'orders')
    const waits = Array.from({ length: 5_000 }, (_, at) => ({
      partition: `p${at}`,
      code: 'TYPE_HELD',
      remedy: 'mend it',
    }))
    const html = page({
      ...sampleStatus(1),
      tables: [{ ...orders!, waits, pending: waits.map(({ partition }) => partition) }],
    })
    expect(html).toContain('4,800 more: <code>goldsync status --json</code>')
    expect(html.match(/<li>/g)?.length).toBeLessThan(300)
  })

  test('without a history says how to switch it on; with one that is broken, what is wrong', () => {
    expect(page(sampleStatus(3))).toContain('<code>history</code> is set')
    expect(page(sampleStatus(3), { past: { place: '/var/history', error: 'no rights' } })).toContain(
      'could not be read: no rights',
    )
  })

  test('with a history has runs, three plots with their numbers, and the lag of tables', async () => {
    const html = page(sampleStatus(3), { past: await samplePast() })
    expect(html.match(/<figure/g)).toHaveLength(3)
    expect(html.match(/role="img" aria-labelledby/g)).toHaveLength(3)
    expect(html).toMatch(/The longest lag was \d+ min/)
    expect(html).toContain('Runs of the last 3 d')
    expect(html).toContain('metastore:9083 refused the connection')
    expect(html).not.toMatch(/NaN|undefined|Infinity/)
  })

  test('loads nothing, and has no handler or style in an attribute', async () => {
    const html = page(sampleStatus(3), { past: await samplePast() })
    expect(html).not.toMatch(/\s(on[a-z]+|style)="/)
    expect(html).not.toMatch(/(?:src|href)="(?!data:image|")/)
  })

  test('tells of a status that could not be read', () => {
    const html = renderFailure({ code: 'CONFIG_INVALID', message: 'no <lake>', hint: 'write one' }, OPTIONS)
    expect(html).toContain('no &lt;lake&gt;')
    expect(html).toContain('write one')
  })
})
