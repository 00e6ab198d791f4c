import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sinkAnnounce } from '../../shared/hosts/announce.ts'
import { sinkDelivery } from '../../shared/hosts/delivery.ts'
import type { News } from '../../shared/run/news.ts'
import { openRecorder, type Reply } from '../support/recorder.ts'

const REQUEST = {
  id: '1',
  function: 'sync',
  params: { table: 'golden.orders' },
  key: 'golden.orders',
} as const

describe('the token of the sink', () => {
  let folder: string
  let token: string
  const closers: (() => Promise<unknown>)[] = []
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'goldsync-oidc-'))
    token = join(folder, 'oidc/token')
    mkdirSync(join(folder, 'oidc'))
  })
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
    rmSync(folder, { recursive: true })
  })

  /** As Kubernetes does: the new file takes the old one's place. */
  function put(text: string) {
    writeFileSync(`${token}.new`, text)
    renameSync(`${token}.new`, token)
  }

  async function sink(reply?: () => Reply) {
    const recorder = await openRecorder(reply ?? (() => [202]))
    closers.push(recorder.close)
    return { ...recorder, given: () => recorder.requests.map(({ headers }) => headers.authorization) }
  }

  it('is sent with what a scan hands on, the new one once it was replaced, and none where there is none', async () => {
    const { url, given } = await sink()
    const delivery = sinkDelivery({ K_SINK: url }, { pauses: [] }, token)!
    await delivery.send(REQUEST, {})
    put('header.first.signature\n')
    await delivery.send(REQUEST, {})
    await delivery.send(REQUEST, {})
    put('header.second.signature')
    await delivery.send(REQUEST, {})
    rmSync(token)
    await delivery.send(REQUEST, {})
    const [first, second] = ['Bearer header.first.signature', 'Bearer header.second.signature']
    expect(given()).toEqual([undefined, first, first, second, undefined])
  })

  it('is read again before the next attempt', async () => {
    const { url, given } = await sink(() => {
      put('header.second.signature')
      return given().length > 1 ? [202] : [503]
    })
    put('header.first.signature')
    await sinkDelivery({ K_SINK: url }, { pauses: [0, 0, 0] }, token)!.send(REQUEST, {})
    expect(new Set(given())).toEqual(
      new Set(['Bearer header.first.signature', 'Bearer header.second.signature']),
    )
  })

  it('is sent with news to the platform’s sink, and to no other', async () => {
    put('header.first.signature')
    const [platform, own] = [await sink(), await sink()]
    const news = { kind: 'table.changed', table: 'golden.orders' } as unknown as News
    const env = { K_SINK: platform.url }
    await sinkAnnounce({ events: undefined }, env, { token, pauses: [] })!([news])
    await sinkAnnounce({ events: { sink: own.url } }, env, { token, pauses: [] })!([news])
    expect([platform.given(), own.given()]).toEqual([['Bearer header.first.signature'], [undefined]])
  })

  it.each([
    ['holds a line break', 'a\nb'],
    ['is empty', ''],
  ])('that %s is told, and nothing is sent without one', async (_, text) => {
    put(text)
    const { url, given } = await sink()
    const sent = sinkDelivery({ K_SINK: url }, { pauses: [] }, token)!.send(REQUEST, {})
    await expect(sent).rejects.toThrow(/the sink's token/)
    expect(given()).toEqual([])
  })

  it('that is refused is told with what the broker says, without it', async () => {
    put('header.first.signature')
    const { url } = await sink(() => [403])
    chmodSync(token, 0o400)
    const sent = sinkDelivery({ K_SINK: url }, { pauses: [] }, token)!.send(REQUEST, {})
    await expect(sent).rejects.toThrow(/did not take a request: 403/)
    await expect(sent).rejects.toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('first') }),
    )
  })
})
