/** Options of what goldsync tells of itself: metrics and traces. */
import * as z from 'zod'
import { holdsNoMore, wrongAddress } from '../base/addresses.ts'
import { tlsSettings } from '../base/tls.ts'
import { secretHeaders as headers } from '../credentials/headers.ts'

const text = z.string().min(1)

/** @param what stands at the address, and what is added to it */
const address = (what: string) =>
  z
    .url({ protocol: /^https?$/, error: wrongAddress })
    .refine(holdsNoMore, 'an address holds no user, password, query or fragment')
    .describe(what)

const otlp = (path: string) =>
  z.strictObject({
    url: address(`Receiver of OTLP over HTTP, without \`${path}\`: http://collector:4318`),
    headers,
    tls: tlsSettings.default({}),
  })

export type OtlpOptions = z.output<ReturnType<typeof otlp>>

export const metricsOptions = z.strictObject({
  tables: z
    .int()
    .nonnegative()
    .default(500)
    .describe('Tables with series of their own; what the others do is counted under `other`'),
  name: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'expected up to 100 letters, digits, _, . and -')
    .optional()
    .describe(
      "What this config's metrics of the command line are labelled and their files named with. Default: its lakes' locations",
    ),
  textfile: text
    .optional()
    .describe(
      "Folder of node_exporter's textfile collector: each run of the command line leaves a file there",
    ),
  otlp: otlp('/v1/metrics').optional().describe('Where metrics are pushed to, for hosts that nobody scrapes'),
})

export const tracingOptions = z.strictObject({
  otlp: otlp('/v1/traces').describe('Where spans are sent to'),
})

export type TracingOptions = z.output<typeof tracingOptions>

export const lineageOptions = z
  .strictObject({
    url: address('Receiver of OpenLineage, as its own clients name it: http://marquez:5000').optional(),
    endpoint: text.default('api/v1/lineage').describe('Path of the receiver'),
    headers,
    file: text.optional().describe('A file to whose end each event is written, as a line of JSON'),
    namespace: text
      .default('goldsync')
      .describe('Namespace of the jobs, `<catalog>.<database>.<table>` each'),
  })
  .refine(({ url, file }) => url !== undefined || file !== undefined, 'url or file is wanted')
