/** Settings of the dagster scheduler. */
import * as z from 'zod'
import { secretHeaders } from '../../credentials/headers.ts'
import { schedulerSettings } from '../settings.ts'

export const dagsterOptions = z.strictObject({
  kind: z.literal('dagster'),
  ...schedulerSettings("Address of Dagster's webserver: http://dagster-webserver:3000", [
    '{database}/{table}',
    'Key of the asset that is materialized, its parts with / between: {database}, {table}, {topic}, {catalog}',
  ]),
  headers: secretHeaders.describe(
    'Headers of each request by name: text, or {file}, which is read again when it changes. Dagster+ wants `Dagster-Cloud-Api-Token`',
  ),
})

export type DagsterOptions = z.output<typeof dagsterOptions>
