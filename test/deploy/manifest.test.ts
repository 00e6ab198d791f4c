import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { mode } from '../../shared/function/params.ts'
import * as host from '../../shared/hosts/openwhisk.ts'
import { functionNames } from '../../shared/hosts/registry.ts'
import { typos } from './manifests.ts'

const limits = z.strictObject({
  timeout: z.int().min(100).max(300_000),
  memorySize: z.int().min(128).max(512),
  logSize: z.int().min(0).max(10),
})

const alarm = z.strictObject({
  feed: z.literal('/whisk.system/alarms/alarm'),
  inputs: z.strictObject({
    cron: z.string().regex(/^\S+ \S+ \S+ \S+ \S+$/),
    timezone: z.string(),
    strict: z.literal(true),
    // Text would reach the action as {payload: "…"}.
    trigger_payload: z.strictObject({ mode: z.string() }),
  }),
})

const kafkaFeed = z.strictObject({
  feed: z.literal('/whisk.system/messaging/kafkaFeed'),
  inputs: z.strictObject({ brokers: z.array(z.string()), topic: z.string(), isJSONData: z.literal(true) }),
})

/** What wskdeploy and @adobe/aio-lib-runtime both take: the first refuses a key that it does not know. */
const manifest = z.strictObject({
  packages: z.strictObject({
    goldsync: z.strictObject({
      version: z.string(),
      license: z.string(),
      inputs: z.record(z.string(), z.string()),
      actions: z.record(
        z.string(),
        z.strictObject({
          function: z.literal('dist/openwhisk/goldsync.zip'),
          runtime: z.literal('nodejs:20'),
          main: z.string(),
          web: z.literal('raw').optional(),
          limits,
          annotations: z.strictObject({
            final: z.literal(true),
            'web-custom-options': z.boolean().optional(),
            'provide-api-key': z.boolean().optional(),
          }),
        }),
      ),
      triggers: z.record(z.string(), z.union([alarm, kafkaFeed])),
      rules: z.record(z.string(), z.strictObject({ trigger: z.string(), action: z.string() })),
    }),
  }),
})

const text = await readFile('openwhisk.yaml', 'utf8')
const content: unknown = parse(text)

describe.each([
  ['openwhisk.yaml', content],
  ['openwhisk.yaml with Kafka', parse(text.replaceAll('#|', ''))],
])('%s', (_, content) => {
  const { actions, triggers, rules } = manifest.parse(content).packages.goldsync

  it('joins triggers and actions that are there by rules, each trigger once', () => {
    expect(Object.values(rules).map(({ trigger }) => trigger)).toEqual(Object.keys(triggers))
    for (const { action } of Object.values(rules)) expect(actions).toHaveProperty(action)
  })
})

describe('openwhisk.yaml', () => {
  const { inputs, actions, triggers } = manifest.parse(content).packages.goldsync

  it('deploys every function, from exports that are there', () => {
    expect(Object.keys(actions).toSorted()).toEqual([...functionNames].toSorted())
    expect(
      Object.values(actions)
        .map(({ main }) => main)
        .toSorted(),
    ).toEqual(Object.keys(host).toSorted())
  })

  it('opens one action to the web, raw: a signature is over the bytes', () => {
    const open = Object.entries(actions).filter(([, { web }]) => web)
    expect(open.map(([name]) => name)).toEqual(['file-closed'])
    for (const [, { web, annotations }] of Object.entries(actions))
      expect(annotations['web-custom-options']).toBe(web && true)
  })

  it('gives the key of its namespace to nobody, unless it is told to', () => {
    const asked = Object.entries(actions).filter(([, { annotations }]) => 'provide-api-key' in annotations)
    expect(asked.map(([name, { annotations }]) => [name, annotations['provide-api-key']])).toEqual([
      ['scan', false],
    ])
  })

  it('takes what is bound from the environment, so that no secret stands in it', () => {
    for (const [name, value] of Object.entries(inputs)) expect(value).toBe(`\${${name}}`)
    expect(Object.keys(inputs)).toContain('GOLDSYNC_CONFIG')
  })

  it('starts a recent and a full scan by timers', () => {
    const payloads = Object.values(triggers).map(
      ({ inputs }) => 'trigger_payload' in inputs && inputs.trigger_payload,
    )
    expect(payloads.map(payload => payload && mode.parse(payload.mode))).toEqual(['recent', 'full'])
  })

  it('is refused with a key misspelt, except for names that are its own', () => {
    const own = /^packages\.goldsync\.(inputs|actions|triggers|rules)\.[^.]+$/
    for (const [key, typo] of typos(content).filter(([key]) => !own.test(key)))
      expect(manifest.safeParse(typo).success, `${key} misspelt`).toBe(false)
  })
})
