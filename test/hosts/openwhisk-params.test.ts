import { describe, expect, it } from 'vitest'
import { boundOf, requestOf } from '../../shared/hosts/openwhisk/params.ts'

describe('the parameters of an action', () => {
  it('are told apart: the caller’s, the bound settings, the platform’s', () => {
    const params = {
      mode: 'full',
      GOLDSYNC_CONFIG: '{}',
      HIVE_PASSWORD: 'x',
      __ow_headers: {},
      __OW_PATH: '/',
    }
    expect(requestOf(params)).toEqual({ mode: 'full' })
    expect(boundOf(params)).toEqual({ GOLDSYNC_CONFIG: '{}', HIVE_PASSWORD: 'x' })
  })

  it('are told from a timer’s settings, which some tools put on its trigger', () => {
    const timer = { cron: '17 3 * * *', timezone: 'UTC', strict: true, trigger_payload: { mode: 'full' } }
    expect(requestOf({ ...timer, mode: 'full' })).toEqual({ mode: 'full' })
  })

  it('turn a bound object back into text, since wskdeploy parses JSON inputs', () => {
    expect(boundOf({ GOLDSYNC_CONFIG: { lakes: [] } })).toEqual({ GOLDSYNC_CONFIG: '{"lakes":[]}' })
  })

  it('may come as the text of an alarm’s payload, which named parameters override', () => {
    expect(requestOf({ payload: '{"mode":"full","tables":["a"]}', mode: 'recent' })).toEqual({
      mode: 'recent',
      tables: ['a'],
    })
  })

  it.each(['{"mode":', '[1]', '"text"', 'null'])('are refused as the payload %s', payload => {
    expect(() => requestOf({ payload })).toThrow('payload: expected the text of a JSON object')
  })
})

it('takes a trace context for nobody’s parameter', () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  expect(requestOf({ table: 'orders', traceparent, tracestate: 'a=b' })).toEqual({ table: 'orders' })
})
