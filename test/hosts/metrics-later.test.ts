import { describe, expect, it } from 'vitest'
import { openCallCounter } from '../../shared/base/calls.ts'
import { openLog } from '../../shared/base/log.ts'
import { metricsLater } from '../../shared/hosts/http/metrics-later.ts'
import { openReceiver } from '../support/otlp.ts'

const SERVER = { exposure: 'cluster-local' as const, oidc: [] }

function later(url: string, tls: { readonly ca?: string }) {
  const warnings: { readonly code: unknown; readonly said: string }[] = []
  const log = {
    ...openLog('silent'),
    warn: ({ code }: { readonly code?: unknown }, said: string) => warnings.push({ code, said }),
  } as unknown as ReturnType<typeof openLog>
  const otlp = { url, headers: {}, tls }
  const config = { metrics: { tables: 500, otlp }, server: SERVER }
  return { ...metricsLater(config, openCallCounter(), log), warnings }
}

describe('metrics that are pushed', () => {
  it.each([
    { ca: '/nowhere/ca.pem' },
    { ca: '/nowhere/ca.pem', cert: '/nowhere/cert.pem', key: '/nowhere/key.pem' },
  ])('are none where a file of tls cannot be read; those that are asked for are there: $ca', async tls => {
    const { metrics, end, warnings } = later('https://127.0.0.1:1', tls)
    expect(await (await metrics?.())?.text()).toContain('goldsync_')
    await end()
    expect(warnings).toEqual([
      {
        code: 'CONFIG_INVALID',
        said: expect.stringMatching(/^no metrics are sent: .*tls\.\w+: cannot read/),
      },
    ])
  })

  it('are sent a last time at the end', async () => {
    const receiver = await openReceiver()
    try {
      const { metrics, end, warnings } = later(receiver.url, {})
      await metrics?.()
      await end()
      expect([receiver.requests.map(({ path }) => path), warnings]).toEqual([['/v1/metrics'], []])
    } finally {
      await receiver.close()
    }
  })
})
