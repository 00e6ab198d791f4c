import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { renderFailure, renderPage } from '../../shared/page/page.ts'
import { SCRIPT } from '../../shared/page/script.ts'
import { NOW, sampleStatus } from './sample.ts'

const OPTIONS = { now: NOW, policy: "default-src 'none'", isLive: true }

/** Runs the page's script over its elements that have ids: no browser, and no tables. @returns what it says of the age */
function ageOf(page: string, later: number): string | undefined {
  const elements = new Map(
    [...page.matchAll(/<\w+[^>]*\bid="([^"]+)"(?:[^>]*\bdatetime="([^"]+)")?/g)].map(
      ([, id = '', dateTime]) => [
        id,
        { dateTime, textContent: '', parentElement: {}, addEventListener: () => {} },
      ],
    ),
  )
  class Then extends Date {
    static override now = () => NOW + later
  }
  const document = {
    getElementById: (id: string) => elements.get(id) ?? null,
    querySelector: () => null,
    querySelectorAll: () => [],
  }
  runInNewContext(SCRIPT, { document, Date: Then, setInterval: () => 0 })
  return elements.get('age')?.textContent
}

describe('the script of a page', () => {
  const failure = renderFailure({ code: 'UNAVAILABLE', message: 'no answer' }, OPTIONS)

  test.each([
    [30_000, ''],
    [5 * 60_000, '(5 min old)'],
    [3 * 3_600_000, '(3 h old)'],
  ])('tells how old a failure is: %i ms', (later, said) => {
    expect(ageOf(failure, later)).toBe(said)
  })

  test('tells how old a status is', () => {
    expect(ageOf(renderPage(sampleStatus(5), OPTIONS), 5 * 60_000)).toBe('(5 min old)')
  })
})
