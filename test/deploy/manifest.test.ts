import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { functionNames } from '../../shared/hosts/registry.ts'

interface Action {
  readonly function: string
  readonly runtime: string
  readonly main: string
  readonly inputs: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, unknown>>
}

interface Package {
  readonly actions: Readonly<Record<string, Action>>
  readonly triggers: Readonly<Record<string, { readonly inputs: { readonly trigger_payload: unknown } }>>
  readonly rules: Readonly<Record<string, { readonly trigger: string; readonly action: string }>>
}

const manifest = parse(await readFile('openwhisk.yaml', 'utf8')) as { packages: { goldsync: Package } }
const { actions, triggers, rules } = manifest.packages.goldsync

describe('openwhisk.yaml', () => {
  it('deploys every function from the one zip', () => {
    expect(Object.keys(actions)).toEqual(functionNames)
    for (const [name, action] of Object.entries(actions))
      expect(action).toMatchObject({
        main: name === 'file-closed' ? 'fileClosed' : name,
        function: 'dist/openwhisk/goldsync.zip',
        runtime: 'nodejs:20',
      })
  })

  it('lets no caller override what is bound', () => {
    for (const { inputs, annotations } of Object.values(actions)) {
      expect(Object.keys(inputs)).toContain('GOLDSYNC_CONFIG')
      expect(annotations).toMatchObject({ final: true })
    }
  })

  it('starts scans by a timer whose payload is a map: text would be wrapped', () => {
    for (const { trigger, action } of Object.values(rules)) {
      expect(actions).toHaveProperty(action)
      expect(triggers[trigger]?.inputs.trigger_payload).toEqual({ mode: 'recent' })
    }
  })
})
