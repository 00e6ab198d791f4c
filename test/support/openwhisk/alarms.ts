/** The alarms package's feed and its provider: apache/openwhisk-package-alarms, action/alarm.js and provider. */
import { type Entities, localName, type Params } from './entities.ts'

export interface Alarms {
  /** What the feed's action does. @throws Error that the action would answer */
  change(params: Params): Params
  /** Fires a trigger, as the provider does. @returns the trigger's activation */
  goOff(trigger: string): Promise<string>
}

interface Alarm extends Params {
  readonly cron: string
  readonly authKey: string
  readonly trigger_payload?: unknown
}

export function openAlarms({ triggers }: Entities, url: () => string): Alarms {
  const alarms = new Map<string, Alarm>()

  function create(trigger: string, alarm: Alarm): Params {
    if (!triggers.has(trigger)) throw new Error(`there is no trigger ${trigger}`)
    if (!/^\S+( \S+){4,5}$/.test(alarm.cron)) throw new Error(`no schedule: ${alarm.cron}`)
    alarms.set(trigger, alarm)
    return {}
  }

  return {
    change: ({ lifecycleEvent, triggerName, ...alarm }) => {
      const trigger = localName(String(triggerName))
      if (lifecycleEvent === 'CREATE') return create(trigger, alarm as Alarm)
      alarms.delete(trigger)
      return {}
    },
    goOff: async trigger => {
      const { trigger_payload: payload = {}, authKey = '' } = alarms.get(trigger) ?? {}
      const response = await fetch(`${url()}/api/v1/namespaces/_/triggers/${trigger}`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(authKey).toString('base64')}` },
        // Text is wrapped: alarmWebAction.js.
        body: JSON.stringify(typeof payload === 'string' ? { payload } : payload),
      })
      if (!response.ok) throw new Error(`${trigger}: ${response.status} ${await response.text()}`)
      return ((await response.json()) as { activationId: string }).activationId
    },
  }
}
