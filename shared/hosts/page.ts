/** The status page with its own policy, for every host that gives it. Loaded when somebody asks for it. */
import { createHash } from 'node:crypto'
import type { StatusReport } from '../function/status.ts'
import { type PageOptions, renderFailure, renderPage } from '../page/page.ts'
import { SCRIPT } from '../page/script.ts'
import { STYLE } from '../page/style.ts'

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing is loaded, nothing is sent, and of style and script only the page's own run. The image is the tab's icon. */
const POLICY = [
  "default-src 'none'",
  `style-src ${hashOf(STYLE)}`,
  `script-src ${hashOf(SCRIPT)}`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ')

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  // A page may forbid only in its header to be framed.
  'content-security-policy': `${POLICY}; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
}

export const pageOf = (status: StatusReport, options: Omit<PageOptions, 'policy'>): string =>
  renderPage(status, { ...options, policy: POLICY })

export const failurePageOf = (
  error: Parameters<typeof renderFailure>[0],
  options: Pick<PageOptions, 'now' | 'isLive'>,
): string => renderFailure(error, { ...options, policy: POLICY })
