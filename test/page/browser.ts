/** The system's Chromium: `apt-get install chromium`. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)

export const hasBrowser = CHROMIUM !== undefined

/** Without its sandbox, which root cannot use: it sees pages of tests alone. */
export const openBrowser = (): Promise<Browser> => {
  if (CHROMIUM === undefined) throw new Error('there is no Chromium: apt-get install chromium')
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
}
