/**
 * Alarms that are on the platform as the manifest has them. wskdeploy deletes the alarm of each trigger that it finds and makes it anew
 * (deployers/servicedeployer.go, createFeedAction), so that a tick in between is lost: what is the same is left out of what it gets.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parse, stringify } from 'yaml'

interface Trigger {
  readonly feed?: string
  readonly inputs?: Readonly<Record<string, unknown>>
}

interface Package {
  readonly actions?: Readonly<Record<string, { readonly function?: string }>>
  readonly triggers?: Readonly<Record<string, Trigger>>
}

/** Told by `wsk trigger get`: apache/openwhisk-package-alarms, action/alarmWebAction.js. */
interface Alarm {
  readonly config?: Readonly<Record<string, unknown>>
  readonly status?: { readonly active?: unknown }
}

const ALARM = '/whisk.system/alarms/alarm'
/** What every provider tells of an alarm beside its payload: what is absent is not set. */
const TOLD = ['cron', 'startDate', 'stopDate']
/** What is looked at, and `strict`, which no provider tells. With other inputs (`maxTriggers`) nobody knows what the alarm has. */
const KNOWN = new Set([...TOLD, 'timezone', 'strict', 'trigger_payload'])

/** Whether it fires, and does what the manifest says, as far as it is told. `timezone` is not by all providers. */
export const isAsWritten = ({ inputs = {} }: Trigger, { config = {}, status }: Alarm): boolean =>
  status?.active === true &&
  config.cron !== undefined &&
  Object.keys(inputs).every(key => KNOWN.has(key)) &&
  isDeepStrictEqual(config.payload ?? {}, inputs.trigger_payload ?? {}) &&
  TOLD.every(key => config[key] === inputs[key]) &&
  (config.timezone === undefined || config.timezone === inputs.timezone)

/** @returns what `wsk trigger get` prints behind its first line, or undefined where there is no such trigger */
function read(name: string): Alarm | undefined {
  const { status, stdout } = spawnSync('wsk', ['trigger', 'get', name], { encoding: 'utf8' })
  return status === 0 ? alarmOf(stdout) : undefined
}

/** Of the activation of the feed, or of its result alone. What cannot be read is none: then the alarm is made anew. */
export function alarmOf(printed: string): Alarm | undefined {
  try {
    const said = JSON.parse(printed.slice(printed.indexOf('{')))
    return said.response?.result ?? said
  } catch {
    return undefined
  }
}

/**
 * The manifest for wskdeploy. Rules name triggers of the platform, so what is left out stays as it is.
 * @param text of the manifest. @param ask for tests
 * @returns the manifest's own name where all is to be deployed
 */
export function withoutKept(manifest: string, text: string, out: string, ask = read): string {
  const { packages, ...rest } = parse(text) as { readonly packages: Readonly<Record<string, Package>> }
  const kept = Object.values(packages).flatMap(({ triggers = {} }) =>
    Object.entries(triggers).flatMap(([name, trigger]) => {
      const alarm = trigger.feed === ALARM ? ask(name) : undefined
      return alarm && isAsWritten(trigger, alarm) ? [name] : []
    }),
  )
  if (kept.length === 0) return manifest
  console.error(`left as they are: ${kept.join(', ')}`)
  const left = mapValues(packages, one => ({
    ...one,
    ...(one.actions && { actions: mapValues(one.actions, action => moved(action, manifest, out)) }),
    ...(one.triggers && {
      triggers: Object.fromEntries(Object.entries(one.triggers).filter(([name]) => !kept.includes(name))),
    }),
  }))
  mkdirSync(dirname(out), { recursive: true })
  writeFileSync(out, stringify({ ...rest, packages: left }))
  return out
}

/** Paths of functions are from the manifest's folder. */
const moved = <A extends { readonly function?: string }>(action: A, from: string, to: string): A =>
  action.function === undefined
    ? action
    : { ...action, function: relative(dirname(to), `${dirname(from)}/${action.function}`) }

const mapValues = <V, W>(values: Readonly<Record<string, V>>, change: (value: V) => W): Record<string, W> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]))
