import { describe, expect, it } from 'vitest'
import { REJECT_CODES } from '../../shared/parquet/reject.ts'
import { fuzz, visitsOf } from '../support/footer-fuzz.ts'

/** `npm run fuzz` makes ten times as many, with another seed if it is given one. */
const MUTATIONS = 10_000

describe(`${MUTATIONS} random mutations of real footers`, () => {
  it('are read or refused with a code, by one look at each byte', () => {
    const { outcomes, most, footers } = fuzz(MUTATIONS, 20261121, visitsOf)
    expect(footers).toBeGreaterThanOrEqual(20)
    expect(most).toBeLessThanOrEqual(1)
    expect(most).toBeGreaterThan(0.9)
    expect(['usable', ...REJECT_CODES]).toEqual(expect.arrayContaining(Object.keys(outcomes)))
    // Both branches were really taken.
    expect(outcomes.usable).toBeGreaterThan(500)
    expect(outcomes.CORRUPT_FOOTER).toBeGreaterThan(2000)
  })
})
