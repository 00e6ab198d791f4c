import { describe, expect, it } from 'vitest'
import { parseFooter } from '../../shared/parquet/footer.ts'
import { FooterError } from '../../shared/parquet/reject.ts'
import { HOSTILE } from '../support/hostile.ts'

describe('hostile metadata is refused with a code, quickly', () => {
  it.each(Object.keys(HOSTILE))('%s', name => {
    const bytes = HOSTILE[name]!()
    const memory = process.memoryUsage().rss
    const before = process.cpuUsage()
    expect(() => parseFooter(bytes)).toThrow(FooterError)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000).toBeLessThan(1000)
    expect(process.memoryUsage().rss - memory).toBeLessThan(200 << 20)
  })
})
