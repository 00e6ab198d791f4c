import { describe, expect, it } from 'vitest'
import { REJECT_CODES } from '../../shared/parquet/reject.ts'
import { fuzz } from '../support/footer-fuzz.ts'

/** `npm run fuzz` makes ten times as many, with another seed if it is given one. */
const MUTATIONS = 10_000

describe(`${MUTATIONS} random mutations of real footers`, () => {
  it('are read or refused with a code, none in more than 200 ms', { timeout: 60_000 }, () => {
    const { outcomes, slowest, footers } = fuzz(MUTATIONS, 20261121)
    expect(footers).toBeGreaterThanOrEqual(20)
    expect(slowest).toBeLessThan(200)
    expect(['usable', ...REJECT_CODES]).toEqual(expect.arrayContaining(Object.keys(outcomes)))
    // Both branches were really taken.
    expect(outcomes.usable).toBeGreaterThan(500)
    expect(outcomes.CORRUPT_FOOTER).toBeGreaterThan(2000)
  })
})
