/** Metrics sent to an OTLP receiver, for hosts that nobody scrapes. Loads the SDK: import it where a receiver is configured. */
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import type { Registry } from 'prom-client'
import type { OtlpOptions } from '../../config/telemetry.ts'
import { exporterSettings, resourceOf } from '../telemetry/exporting.ts'
import { inTime } from '../time-left.ts'
import { otlpData } from './otlp-data.ts'

export interface Push {
  /** Sends what stands in the registry. Never throws. @param limit milliseconds @returns why it was not taken */
  send(limit: number): Promise<string | undefined>
}

/** @param attributes of whoever tells, `service.instance.id` @throws GoldsyncError `CONFIG_INVALID` */
export async function openPush(
  registry: Registry,
  options: OtlpOptions,
  attributes: Readonly<Record<string, string>> = {},
): Promise<Push> {
  const since = Date.now()
  const exporter = new OTLPMetricExporter(await exporterSettings(options, 'v1/metrics', 'metrics.otlp'))
  const resource = resourceOf(attributes)
  const { host } = new URL(options.url)
  const send = async (): Promise<string | undefined> => {
    const metrics = await otlpData(registry, since, Date.now())
    const told = { resource, scopeMetrics: [{ scope: { name: 'goldsync' }, metrics }] }
    return new Promise(resolve =>
      exporter.export(told, ({ code, error }) =>
        resolve(
          code === 0 ? undefined : `${host} did not take the metrics: ${error?.message ?? 'no reason given'}`,
        ),
      ),
    )
  }
  return { send: limit => inTime(send(), limit, () => `${host} did not take the metrics within ${limit} ms`) }
}
