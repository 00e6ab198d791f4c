/** What all that is sent by OTLP has in common: where to, with which headers, trusting whom, and who says so. */
import type { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import { readTls } from '../../base/tls.ts'
import type { OtlpOptions } from '../../config/telemetry.ts'
import { openSecret, type Secret } from '../../credentials/secret.ts'
import { version } from '../cli/version.ts'

/** What the SDK's exporters have in common. */
type ExporterSettings = NonNullable<ConstructorParameters<typeof OTLPMetricExporter>[0]>

/** Milliseconds for one request, with its repetitions. */
const PATIENCE = 10_000

/**
 * Settings of an exporter of the SDK; what they leave open (`OTEL_EXPORTER_OTLP_COMPRESSION`, …) it takes from its own variables.
 * @param path of the signal, `v1/traces` @param key of the config, for messages
 * @throws GoldsyncError `CONFIG_INVALID` where a file of `tls` cannot be read
 */
export async function exporterSettings(
  { url, headers, tls }: OtlpOptions,
  path: string,
  key: string,
): Promise<ExporterSettings> {
  return {
    url: `${url.replace(/\/+$/, '')}/${path}`,
    headers: headersOf(headers, key),
    timeoutMillis: PATIENCE,
    // Unless told, Node's client lets the environment switch verifying off.
    httpAgentOptions: { keepAlive: true, rejectUnauthorized: true, ...(await readTls(tls)) },
  }
}

/** Read for each request. A secret that cannot be read is left out, since these may not throw: the receiver refuses the request then. */
function headersOf(
  headers: Readonly<Record<string, Secret>>,
  key: string,
): () => Promise<Record<string, string>> {
  const opened = Object.entries(headers).map(
    ([name, value]) => [name, openSecret(value, `${key}.headers.${name}`)] as const,
  )
  return async () => {
    const read = opened.map(async ([name, next]) => [name, await next().catch(() => undefined)] as const)
    const known = (await Promise.all(read)).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    )
    return Object.fromEntries(known)
  }
}

/** Who tells: `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` go before what goldsync says of itself. */
export const resourceOf = (attributes: Readonly<Record<string, string>> = {}): Resource =>
  defaultResource()
    .merge(resourceFromAttributes({ 'service.name': 'goldsync', 'service.version': version, ...attributes }))
    .merge(detectResources({ detectors: [envDetector] }))
