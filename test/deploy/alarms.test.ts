import { describe, expect, it } from 'vitest'
import { alarmOf, isAsWritten } from '../../deploy/alarms.ts'

const inputs = { cron: '*/5 * * * *', timezone: 'UTC', strict: true, trigger_payload: { mode: 'recent' } }
const config = {
  name: 'every-5-minutes',
  namespace: 'guest',
  payload: { mode: 'recent' },
  cron: '*/5 * * * *',
  timezone: 'UTC',
}
const active = { active: true, dateChanged: 1, dateChangedISO: 'x' }
const { timezone: _, ...ofOldProvider } = config

describe('an alarm that is there', () => {
  it.each([
    ['as it is written', config],
    ['of a provider that knows no time zones', ofOldProvider],
  ])('is the same %s', (_case, told) => {
    expect(isAsWritten({ inputs }, { config: told, status: active })).toBe(true)
  })

  it.each([
    ['switched off', config, { active: false }],
    ['of another time', { ...config, cron: '*/10 * * * *' }, active],
    ['of another time zone', { ...config, timezone: 'Europe/Berlin' }, active],
    ['with another payload', { ...config, payload: { mode: 'full' } }, active],
    ['with more payload', { ...config, payload: { mode: 'recent', topics: 'a' } }, active],
    ['that ends', { ...config, stopDate: '2027-01-01T00:00:00.000Z' }, active],
    ['of minutes', { payload: config.payload, minutes: 5 }, active],
    ['of which nothing is told', undefined, undefined],
  ])('is another one %s', (_case, told, status) => {
    expect(isAsWritten({ inputs }, { ...(told && { config: told }), ...(status && { status }) })).toBe(false)
  })

  const until = { ...inputs, stopDate: '2027-06-01T00:00:00.000Z' }

  it('is the same with the dates that it has', () => {
    const told = { ...config, stopDate: until.stopDate }
    expect(isAsWritten({ inputs: until }, { config: told, status: active })).toBe(true)
  })

  it.each([
    ['cron', { ...inputs, cron: undefined }],
    ['a start', { ...inputs, startDate: '2027-01-01T00:00:00.000Z' }],
    ['an end', until],
    ['a time zone that it is told to have', { ...inputs, timezone: undefined }],
    ['what no provider tells', { ...inputs, maxTriggers: 10 }],
  ])('is another one where the manifest differs in %s', (_case, written) => {
    expect(isAsWritten({ inputs: written }, { config, status: active })).toBe(false)
  })

  it.each(['', 'error: Unable to get trigger', 'ok: got trigger\n{"name": '])('is not read from %j', text => {
    expect(alarmOf(text)).toBeUndefined()
  })
})
