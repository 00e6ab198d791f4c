/** What `wsk` does for the commands that the docs show, by OpenWhisk's client for Node.js: apache/openwhisk-cli, docs of the REST API. */
import { readFileSync } from 'node:fs'
import openwhisk from 'openwhisk'

/** apache/openwhisk-cli: an application error. */
const APPLICATION_ERROR = 246

const { APIHOST, AUTH } = Object.fromEntries(
  readFileSync(process.env.WSK_CONFIG_FILE, 'utf8')
    .trim()
    .split('\n')
    .map(line => line.split('=')),
)
const client = openwhisk({ apihost: APIHOST, api_key: AUTH })
const [entity, command, name, ...rest] = process.argv.slice(2)

const COMMANDS = {
  'action invoke': async ({ flags, params }) => {
    const waits = flags.has('-r') || flags.has('--result') || flags.has('-b')
    const invoked = await client.actions.invoke({ name, blocking: waits, params }).catch(error => error.error)
    print(waits ? invoked.response.result : `ok: invoked /_/${name} with id ${invoked.activationId}`)
    if (waits && !invoked.response.success) process.exitCode = APPLICATION_ERROR
  },
  'action get': async ({ flags }) => {
    if (!flags.has('--url')) throw new Error('only --url is played here')
    await client.actions.get({ name })
    print(`ok: got action ${name}\n${APIHOST}/api/v1/web/guest/${name}`)
  },
  'trigger fire': async ({ params }) => {
    const { activationId } = await client.triggers.invoke({ name, params })
    print(`ok: triggered /_/${name} with id ${activationId}`)
  },
  'activation logs': async () => {
    const [{ activationId }] = await client.activations.list()
    const { logs } = await client.activations.logs(name === '--last' ? activationId : name)
    print(logs.join('\n'))
  },
}

const print = value => console.log(typeof value === 'string' ? value : JSON.stringify(value, null, 4))

/** `-p` takes a name and a value, which is JSON where it can be. */
function parse(words) {
  const [flags, params] = [new Set(), {}]
  while (words.length > 0) {
    const word = words.shift()
    if (word === '-p' || word === '--param') params[words.shift()] = jsonOrText(words.shift())
    else if (['-r', '--result', '-b', '--url'].includes(word)) flags.add(word)
    else throw new Error(`wsk knows no ${word}`)
  }
  return { flags, params }
}

function jsonOrText(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

await COMMANDS[`${entity} ${command}`](parse(rest))
