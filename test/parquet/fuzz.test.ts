import { describe, expect, it } from 'vitest'
import { REJECT_CODES } from '../../shared/parquet/reject.ts'
import { fuzz, visitsOf } from '../support/footer-fuzz.ts'

/** `npm run fuzz` makes ten times as many, with another seed if it is given one. */
const MUTATIONS = 10_000

/** To count looks costs much more than to read. */
const COUNTED = 1_000

describe('random mutations of real footers', () => {
  it(`are read or refused with a code, all ${MUTATIONS}`, () => {
    const { outcomes, footers } = fuzz(MUTATIONS, 20261121)
    expect(footers).toBeGreaterThanOrEqual(20)
    expect(['usable', ...REJECT_CODES]).toEqual(expect.arrayContaining(Object.keys(outcomes)))
    // Both branches were really taken.
    expect(outcomes.usable).toBeGreaterThan(500)
    expect(outcomes.CORRUPT_FOOTER).toBeGreaterThan(2000)
  })

  it(`are looked at once, byte by byte, in ${COUNTED}`, () => {
    const { most } = fuzz(COUNTED, 20261121, visitsOf)
    expect(most).toBeGreaterThan(0.9)
    expect(most).toBeLessThanOrEqual(1)
  })
})
