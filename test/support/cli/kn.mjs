/** What `kn event send` does (knative-extensions/kn-plugin-event pkg/cli/create.go, pkg/sender/direct.go): one event, in binary mode. */
import { parseArgs } from 'node:util'
import { CloudEvent, HTTP } from 'cloudevents'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    to: { type: 'string' },
    type: { type: 'string' },
    field: { type: 'string', multiple: true, default: [] },
    'raw-field': { type: 'string', multiple: true, default: [] },
  },
})
if (positionals.join(' ') !== 'event send') throw new Error(`kn ${positionals.join(' ')} is not played here`)

const split = field => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]
/** Booleans and numbers are told by how they are written. */
const typed = text => (/^(true|false|-?(0|[1-9]\d*)(\.\d{6})?)$/.test(text) ? JSON.parse(text) : text)

const event = new CloudEvent({
  type: values.type,
  source: 'kn-event/v1.19.0',
  datacontenttype: 'application/json',
  data: {
    ...Object.fromEntries(values.field.map(split).map(([name, text]) => [name, typed(text)])),
    ...Object.fromEntries(values['raw-field'].map(split)),
  },
})
const response = await fetch(values.to, { method: 'POST', ...HTTP.binary(event) })
if (!response.ok) throw new Error(`can't sent event: ${response.status} ${await response.text()}`)
console.log(`Event (ID: ${event.id}) have been sent.`)
