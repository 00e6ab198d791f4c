/** From options to an opened scheduler; the only module that names the drivers. */
import * as z from 'zod'
import { airflowOptions } from './airflow/options.ts'
import { dagsterOptions } from './dagster/options.ts'
import type { Scheduler } from './scheduler.ts'

export const schedulerOptions = z.discriminatedUnion('kind', [airflowOptions, dagsterOptions])

/** Opens a scheduler; it connects when it is first told something. @param name its name in the config */
export async function openScheduler(
  name: string,
  options: z.output<typeof schedulerOptions>,
): Promise<Scheduler> {
  switch (options.kind) {
    case 'airflow':
      return (await import('./airflow/airflow.ts')).openAirflow(name, options)
    case 'dagster':
      return (await import('./dagster/dagster.ts')).openDagster(name, options)
  }
}
