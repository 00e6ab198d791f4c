/** The container's entry: a Knative service, or any platform that gives a PORT and takes SIGTERM for an end. */
import { summarizeError } from '../base/errors.ts'
import { errorRecord, openLog } from '../base/log.ts'
import { loadConfig } from '../config/config.ts'
import { serve } from './http/serve.ts'

const DEFAULT_PORT = 8080

try {
  const config = await loadConfig(process.env)
  await serve(config, { port: Number(process.env.PORT ?? DEFAULT_PORT) })
} catch (error) {
  openLog('info', { service: 'goldsync' }).error(
    errorRecord(error),
    `cannot start: ${summarizeError(error).message}`,
  )
  process.exitCode = 1
}
