/**
 * An action container as apache/openwhisk-runtime-nodejs has it (runner.js, service.js): POST /init once with a base64 zip,
 * then POST /run. Prints its port, and where the log of an activation ends. Not the real image, which needs Docker; its rules are
 * what is checked here.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { inflateRawSync } from 'node:zlib'

const require = createRequire(import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'openwhisk-action-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))

const END_OF_LOG = 'XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX'

let main
let stopped = false

function init({ value }) {
  if (main) return [403, { error: 'Cannot initialize the action more than once.' }]
  unzip(Buffer.from(value.code, 'base64'))
  Object.assign(process.env, value.env)
  main = require(folder)[value.main]
  return typeof main === 'function' ? [200, { OK: true }] : [502, { error: `no function ${value.main}` }]
}

async function run({ value, ...platform }) {
  if (stopped || !main) return [403, { error: 'the container cannot run' }]
  for (const [name, text] of Object.entries(platform))
    if (typeof text === 'string') process.env[`__OW_${name.toUpperCase()}`] = text
  let promise
  try {
    promise = main(value)
  } catch (error) {
    stopped = true
    return [502, { error: `a synchronous throw: ${error}` }]
  }
  try {
    const result = (await promise) ?? {}
    return typeof result === 'object' ? [200, result] : [502, { error: 'the result is no object' }]
  } catch (error) {
    return [200, { error: { stack: error.stack } }]
  }
}

/** By the central directory (APPNOTE 4.3.12), as unzip does. */
function unzip(archive) {
  const end = archive.lastIndexOf(Buffer.from('504b0506', 'hex'))
  let at = archive.readUInt32LE(end + 16)
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [size, nameLength, local] = [
      archive.readUInt32LE(at + 20),
      archive.readUInt16LE(at + 28),
      archive.readUInt32LE(at + 42),
    ]
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength)
    const data = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
    const target = join(folder, name)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, inflateRawSync(archive.subarray(data, data + size)))
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32)
  }
}

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const body = JSON.parse(Buffer.concat(chunks).toString())
  const [status, answer] = request.url === '/init' ? init(body) : await run(body)
  if (request.url === '/run')
    for (const stream of [process.stdout, process.stderr]) stream.write(`${END_OF_LOG}\n`)
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
