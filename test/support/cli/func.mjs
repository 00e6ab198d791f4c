/** What `func invoke` does (knative/func cmd/invoke.go, pkg/functions/invoke.go), in a folder with a func.yaml. */
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { CloudEvent, HTTP } from 'cloudevents'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    format: { type: 'string', short: 'f', default: 'cloudevent' },
    target: { type: 'string', short: 't' },
    type: { type: 'string', default: 'boson.fn' },
    source: { type: 'string', default: '/boson/fn' },
    'content-type': { type: 'string', default: 'application/json' },
    data: { type: 'string', default: '{"message":"Hello World"}' },
    extension: { type: 'string', short: 'e', multiple: true, default: [] },
  },
})
if (positionals.join() !== 'invoke') throw new Error(`func ${positionals.join(' ')} is not played here`)
if (!existsSync('func.yaml')) throw new Error('no function found in current directory')

/** The data goes as the bytes that it is. */
function request() {
  if (values.format !== 'cloudevent')
    return { headers: { 'content-type': values['content-type'] }, body: values.data }
  const { headers } = HTTP.binary(
    new CloudEvent({
      type: values.type,
      source: values.source,
      datacontenttype: values['content-type'],
      ...Object.fromEntries(values.extension.map(one => one.split('='))),
    }),
  )
  return { headers, body: values.data }
}

const response = await fetch(values.target, { method: 'POST', ...request() })
console.log(await response.text())
if (!response.ok) process.exitCode = 1
