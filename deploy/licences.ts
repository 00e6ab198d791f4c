/** The licence texts of what a bundle holds: its licences want them to go wherever the bundle goes. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BundledPackage } from './bundled.ts'

/**
 * Packages that are published without a text. Each was looked for and read by a person, in the package's README or its repository;
 * nothing is filled in from the licence's name alone, since the copyright line is part of the text.
 */
const FOUND: Readonly<Record<string, string>> = {
  '@aws-sdk/credential-provider-http (Apache-2.0)': 'aws-sdk-js-v3.txt',
  '@aws-sdk/credential-provider-login (Apache-2.0)': 'aws-sdk-js-v3.txt',
  '@aws-sdk/nested-clients (Apache-2.0)': 'aws-sdk-js-v3.txt',
  'agent-base (MIT)': 'nathan-rajlich.txt',
  'https-proxy-agent (MIT)': 'nathan-rajlich.txt',
  'pg-types (MIT)': 'pg-types.txt',
  'pgpass (MIT)': 'pgpass.txt',
  'standardwebhooks (MIT)': 'standardwebhooks.txt',
}
const FOUND_IN = 'deploy/licences'

const LICENCE = /^(licen[cs]e|copying)/i
const NOTICE = /^notice/i
const RULE = `\n${'='.repeat(80)}\n`

/** One text, the names of all packages that have it above it. */
export function thirdPartyText(packages: readonly BundledPackage[]): string {
  const byText = new Map<string, string[]>()
  for (const each of packages) {
    const text = textOf(each)
    byText.set(text, [...(byText.get(text) ?? []), labelOf(each)])
  }
  const sections = [...byText].map(([text, labels]) => `${labels.join('\n')}\n\n${text}\n`)
  return `These packages are in the bundle beside this file, each under its own licence.\n${RULE}${sections.join(RULE)}`
}

const labelOf = ({ name, version, license }: BundledPackage): string => `${name} ${version} (${license})`

function textOf({ folder, name, license }: BundledPackage): string {
  const files = readdirSync(folder).sort()
  const own = files.filter(file => LICENCE.test(file)).map(file => join(folder, file))
  const known = FOUND[`${name} (${license})`]
  if (own.length > 0 && known)
    throw new Error(`${name} has a licence text of its own now: take it out of deploy/licences.ts`)
  if (own.length === 0 && !known)
    throw new Error(
      `${name} (${license}) has no licence text in ${folder}: find its own, and name it in deploy/licences.ts`,
    )
  const notices = files.filter(file => NOTICE.test(file)).map(file => join(folder, file))
  const texts = known ? [join(FOUND_IN, known), ...notices] : [...own, ...notices]
  return texts.map(path => readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n')
}
