/** Settings of every storage that is asked by HTTP. */
import * as z from 'zod'
import { tlsSettings } from '../base/tls.ts'

export const DEFAULT_TIMEOUT = 30_000

export const requestOptions = {
  tls: tlsSettings.optional().describe('For https. Certificates are always verified'),
  timeout: z
    .int()
    .min(1)
    .max(600_000)
    .optional()
    .describe(`Milliseconds that one HTTP request may take. Default ${DEFAULT_TIMEOUT}`)
    .meta({ default: DEFAULT_TIMEOUT }),
  connections: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('Connections to one host at once. Default 16, with S3 32'),
}
