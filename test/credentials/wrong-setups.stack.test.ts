/** Each wrong set-up of a secure cluster: its error names cause and remedy, comes in time, and shows no secret. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { secure } from '../support/secure-stack.ts'
import { describeStack } from '../support/stack.ts'
import { errorOf, textsOf, usedSecrets } from './wrong-setups/case.ts'
import { HDFS } from './wrong-setups/hdfs.ts'
import { HIVE_SETUPS } from './wrong-setups/hive.ts'
import { TRINO_SETUPS } from './wrong-setups/trino.ts'

// Read on the library's import: a ticket of whoever runs the tests is none of ours.
process.env.KRB5CCNAME = 'MEMORY:nobody'

const ALL = [...HDFS, ...HIVE_SETUPS, ...TRINO_SETUPS]

/** Those of the same servers. */
const groups = [...new Set(ALL.map(({ needs }) => needs.join(' ')))].map(needs =>
  ALL.filter(each => each.needs.join(' ') === needs),
)

describe('wrong set-ups', () => {
  const shown: string[] = []
  const times: (readonly [number, string])[] = []

  beforeEach(() => {
    process.env.KRB5_CONFIG = secure.krb5Config
  })

  afterAll(() => {
    const slowest = times.toSorted(([one], [other]) => other - one).slice(0, 3)
    console.info(`${times.length} wrong set-ups of ${ALL.length}; the slowest, ms: ${slowest.join('; ')}`)
  })

  for (const cases of groups)
    describeStack(cases[0]!.needs, 'of a secure cluster', () => {
      it.each(cases.map(each => [each.what, each] as const))('%s', async (what, wrong) => {
        const { error, ms } = await errorOf(wrong)
        times.push([ms, what])
        shown.push(textsOf(error))
        expect({
          code: error.code,
          text: `${error.message} [${error.hint}]`,
          hint: error.hint,
        }).toMatchObject({
          code: wrong.code,
          text: expect.stringMatching(wrong.cause),
          hint: expect.stringMatching(wrong.remedy),
        })
      })
    })

  it('show no secret', () => {
    const all = shown.join('\n')
    for (const secret of usedSecrets()) expect(all.includes(secret)).toBe(false)
  })

  it('are thirty at least', () => {
    expect(ALL.length).toBeGreaterThanOrEqual(30)
  })
})
