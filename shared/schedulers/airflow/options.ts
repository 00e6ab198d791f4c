/** Settings of the airflow scheduler. */
import * as z from 'zod'
import { basicAuth, bearerAuth } from '../../credentials/options.ts'
import { schedulerSettings } from '../settings.ts'

export const airflowOptions = z.strictObject({
  kind: z.literal('airflow'),
  ...schedulerSettings("Address of Airflow's API server (3.0 or newer): http://airflow-api-server:8080", [
    '{database}.{table}',
    'Name or URI of the asset that has an event, as Airflow shows it: {database}, {table}, {topic}, {catalog}',
  ]),
  auth: z
    .discriminatedUnion('kind', [basicAuth, bearerAuth])
    .describe('A user, for whom a token is fetched from /auth/token; or a token of your own'),
  partitionKey: z
    .boolean()
    .default(true)
    .describe(
      'Whether events have a partition key, as Airflow 3.2 and newer take it, and start what is scheduled by PartitionedAssetTimetable; false: what is scheduled by the asset alone',
    ),
})

export type AirflowOptions = z.output<typeof airflowOptions>
