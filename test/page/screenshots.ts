/** `npx tsx test/page/screenshots.ts [FOLDER]`: the pictures of docs/status-page.md, from a made-up lake. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pageOf } from '../../shared/hosts/page.ts'
import { openBrowser } from './browser.ts'
import { NOW, samplePast, sampleStatus } from './sample.ts'

const out = process.argv[2] ?? 'docs/images'
await mkdir(out, { recursive: true })
const browser = await openBrowser()
const past = await samplePast()
const [few, many] = [3, 2_000].map(tables => pageOf(sampleStatus(tables), { now: NOW, past, isLive: true }))

async function picture(
  name: string,
  html: string | undefined,
  width: number,
  colorScheme: 'light' | 'dark',
  height?: number,
) {
  const page = await browser.newPage({ viewport: { width, height: height ?? 900 }, colorScheme })
  await page.setContent(html ?? '')
  // What the page says of its age is of the day on which the picture is taken.
  await page.locator('#age').evaluate(age => age.replaceChildren())
  await page.screenshot({ path: join(out, name), fullPage: height === undefined })
  await page.close()
}

await picture('status-page.png', many, 900, 'light', 860)
await picture('status-page-dark.png', many, 900, 'dark', 700)
await picture('status-page-phone.png', few, 390, 'light', 844)
if (process.argv[2] !== undefined)
  for (const [name, html] of Object.entries({ few, many }))
    for (const width of [390, 1_440])
      for (const scheme of ['light', 'dark'] as const)
        await picture(`full-${name}-${width}-${scheme}.png`, html, width, scheme)
await browser.close()
