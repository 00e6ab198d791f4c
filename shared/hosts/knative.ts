/** The container's entry: a Knative service, or any platform that gives a PORT and takes SIGTERM for an end. */
import { summarizeError } from '../base/errors.ts'
import { openLog } from '../base/log.ts'
import { loadConfig } from '../config/config.ts'
import { serve } from './http/serve.ts'

const DEFAULT_PORT = 8080

try {
  const config = await loadConfig(process.env)
  await serve(config, { port: Number(process.env.PORT ?? DEFAULT_PORT), level: config.log.level })
} catch (error) {
  openLog('info', { service: 'goldsync' }).error(summarizeError(error), 'cannot start')
  process.exitCode = 1
}
