import { expect, it } from 'vitest'
import { openCheckText } from '../../shared/hosts/cli/text/check.ts'
import { proposalLines } from '../../shared/hosts/cli/text/init.ts'
import { configText } from '../../shared/propose/config-text.ts'
import type { Observed } from '../../shared/propose/observed.ts'
import { propose } from '../../shared/propose/propose.ts'

/** Ours are doubled braces, so that they are told from what a name brings. */
const paint = (_: string, text: string) => `{{${text}}}`
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
const HOSTILE = 'x\u001b[8my\u202ez\u009b31m\u2028'

it('shows in a proposal what names hold, as their code', () => {
  const observed: Observed = {
    location: `/data/${HOSTILE}`,
    inRoot: 3,
    lookedInto: 3,
    folders: [[HOSTILE, '2026', '11'], ['b', `dt=2026-11-20`], [`c${HOSTILE}`]].map(segments => ({
      segments,
      first: 0,
    })),
    unlisted: 0,
    cut: HOSTILE,
  }
  const proposal = propose(observed)
  const config = configText(proposal, { storage: [], catalogs: [], engines: [] })
  const seen = { ...observed, folders: observed.folders.map(({ segments }) => segments.join('/')) }
  const lines = proposalLines({ ...proposal, seen, config }, { file: 'goldsync.yaml', written: false, paint })
  expect(lines.filter(line => UNSEEN.test(line))).toEqual([])
  expect(lines.join('\n')).toContain('{{lake /data/x\\u{001b}[8my\\u{202e}z')
})

it('shows in checks what names hold, as their code, and has lines of their own', () => {
  const printed: string[] = []
  const terminal = { print: (line: string) => printed.push(line), note: () => {}, paint, redraw: undefined }
  const text = openCheckText(terminal, { quiet: false })
  text.show({
    area: 'storage',
    subject: HOSTILE,
    state: 'failed',
    said: `one ${HOSTILE}\r\ntwo`,
    fix: `do ${HOSTILE}\nthen`,
  })
  expect(printed.filter(line => UNSEEN.test(line))).toEqual([])
  expect(printed).toHaveLength(5)
  expect(printed[0]).toMatch(/^\{\{storage x\\u\{001b\}/)
})
