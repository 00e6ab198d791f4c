/** What Lambda's Node.js runtime does with a handler: its loop over the Runtime API (AWS Lambda developer guide, "Using the Lambda runtime API"). */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const { AWS_LAMBDA_RUNTIME_API: host, LAMBDA_TASK_ROOT: root, _HANDLER: name } = process.env
const api = `http://${host}/2018-06-01/runtime/invocation`
const [file, main] = name.split('.')
const handler = (await import(pathToFileURL(join(root, `${file}.mjs`))))[main]

for (;;) {
  const next = await fetch(`${api}/next`)
  const id = next.headers.get('lambda-runtime-aws-request-id')
  const end = Number(next.headers.get('lambda-runtime-deadline-ms'))
  process.env._X_AMZN_TRACE_ID = next.headers.get('lambda-runtime-trace-id') ?? ''
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => end - Date.now() }
  const [kind, body] = await answer(await next.json(), context)
  await fetch(`${api}/${id}/${kind}`, { method: 'POST', body: JSON.stringify(body) })
}

async function answer(event, context) {
  try {
    return ['response', (await handler(event, context)) ?? null]
  } catch (error) {
    return ['error', { errorType: error.name, errorMessage: error.message, trace: error.stack.split('\n') }]
  }
}
