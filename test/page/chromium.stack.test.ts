import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PAGE_HEADERS, pageOf } from '../../shared/hosts/page.ts'
import { hasBrowser, openBrowser } from './browser.ts'
import { NOW, samplePast, sampleStatus } from './sample.ts'

/** As the status answers of a lake in which everything that others name is markup. */
const HOSTILE = '"><script>document.title="taken"</script><img src=x onerror=document.title="taken">'

describe.skipIf(!hasBrowser)('the status page in Chromium (apt-get install chromium)', () => {
  let browser: Browser
  let address: string
  const pages = new Map<string, string>()
  const server = createServer((request, response) => {
    response.writeHead(200, PAGE_HEADERS).end(pages.get(request.url ?? '') ?? '')
  })

  beforeAll(async () => {
    browser = await openBrowser()
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const past = await samplePast()
    for (const tables of [3, 2_000])
      pages.set(`/${tables}`, pageOf(sampleStatus(tables), { now: NOW, past, isLive: true }))
    const [first] = sampleStatus(1).tables
    const tables = [{ ...first!, table: `golden.${HOSTILE}`, topic: HOSTILE, catalog: HOSTILE }]
    pages.set('/hostile', pageOf({ ...sampleStatus(1), tables }, { now: NOW, isLive: true }))
  })
  afterAll(async () => {
    server.close()
    await browser?.close()
  })

  /** Opens a page, and collects what the browser complains of. */
  async function look(path: string, options: BrowserContextOptions = {}, bypassCSP = false) {
    const context = await browser.newContext({ ...options, bypassCSP })
    const page = await context.newPage()
    const complaints: string[] = []
    page.on('console', message => complaints.push(message.text()))
    page.on('pageerror', error => complaints.push(String(error)))
    const requests: string[] = []
    page.on('request', request => requests.push(request.url()))
    await page.goto(address + path)
    return {
      page,
      complaints,
      requests: () => requests.filter(url => !url.startsWith('data:')),
      end: () => context.close(),
    }
  }

  const openAll = (page: Page) =>
    page.locator('details').evaluateAll(all => {
      for (const one of all) one.setAttribute('open', '')
    })

  const SIZES = [390, 1_440].flatMap(width => (['light', 'dark'] as const).map(scheme => ({ width, scheme })))

  // Of 2,000 tables axe takes its time; each width and each scheme once will do.
  test.each([
    ...SIZES.map(size => ({ tables: 3, ...size })),
    { tables: 2_000, width: 390, scheme: 'dark' },
    { tables: 2_000, width: 1_440, scheme: 'light' },
  ] as const)(
    'axe finds nothing in $tables tables at $width pixels, $scheme',
    async ({ tables, width, scheme }) => {
      const size = { viewport: { width, height: 844 }, colorScheme: scheme }
      const { page, end } = await look(`/${tables}`, size, true)
      if (tables < 100) await openAll(page)
      await page.evaluate(axe.source)
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: typeof axe }).axe.run({
          resultTypes: ['violations'],
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        }),
      )
      expect(
        violations.map(({ id, nodes }) => [id, nodes.map(({ failureSummary }) => failureSummary)]),
      ).toEqual([])
      await end()
    },
  )

  test.each(SIZES.flatMap(size => [3, 2_000].map(tables => ({ tables, ...size }))))(
    'nothing of $tables tables is wider than $width pixels, $scheme, all folds open',
    async ({ tables, width, scheme }) => {
      const { page, end } = await look(`/${tables}`, {
        viewport: { width, height: 844 },
        colorScheme: scheme,
      })
      await openAll(page)
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width)
      await end()
    },
  )

  test('asks for nothing but itself, and its policy stops nothing of its own', async () => {
    const { page, complaints, requests, end } = await look('/2000')
    expect(complaints).toEqual([])
    expect(requests()).toEqual([`${address}/2000`])
    expect(await page.locator('#filter').isVisible()).toBe(true)
    await end()
  })

  test('filters 2,000 tables by name and by state', async () => {
    const { page, end } = await look('/2000')
    await page.locator('#filter').fill('clicks_01')
    expect(await page.locator('.tables tbody tr:visible').count()).toBe(10)
    expect(await page.locator('#matches').textContent()).toBe('10 of 2,000')
    await page.locator('#filter').fill('golden failed')
    expect(await page.locator('.tables tbody tr:visible th').allTextContents()).toEqual(['golden.customers'])
    await page.locator('#filter').fill('')
    expect(await page.locator('.tables tbody tr:visible').count()).toBe(4)
    await end()
  })

  test('sorts by a column, both ways, with the keyboard', async () => {
    const { page, end } = await look('/3')
    const names = () => page.locator('.tables').first().locator('tbody th bdi').first().textContent()
    await page.locator('.tables').first().locator('thead button').first().focus()
    await page.keyboard.press('Enter')
    expect(await names()).toBe('golden.orders')
    await page.keyboard.press('Enter')
    expect(await names()).toMatch(/^golden.payments/)
    expect(await page.locator('.tables').first().locator('th[aria-sort=descending]').count()).toBe(1)
    await end()
  })

  test('has all it has to tell without JavaScript', async () => {
    const { page, end } = await look('/2000', { javaScriptEnabled: false })
    expect(await page.locator('.tables tbody tr').count()).toBe(2_000)
    expect(await page.locator('.plot svg[role=img]').count()).toBe(3)
    expect(await page.locator('#filter').isVisible()).toBe(false)
    await end()
  })

  test.each([false, true])(
    'runs nothing that is in a name, with its policy or without one (bypassed: %s)',
    async bypass => {
      const { page, end } = await look('/hostile', {}, bypass)
      expect(await page.title()).toBe('1 table needs you · goldsync')
      expect(await page.locator('script').count()).toBe(1)
      expect(await page.locator('img').count()).toBe(0)
      expect(await page.locator('.tables tbody th bdi').first().textContent()).toBe(`golden.${HOSTILE}`)
      await end()
    },
  )
})
