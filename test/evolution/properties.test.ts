import fc from 'fast-check'
import { test } from 'vitest'
import { PROPERTIES } from './properties.ts'
import * as rules from './rules.ts'

test.each(Object.entries(PROPERTIES))('%s', (_, property) => {
  fc.assert(property(rules), { numRuns: 1000 })
})
