import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { digestMd5 } from '../../../shared/credentials/sasl/digest-md5.ts'
import { secured } from '../../../shared/credentials/sasl/secured.ts'
import { hadoopJdk } from '../../support/java.ts'
import { describeStack } from '../../support/stack.ts'

const source = new URL('../../support/SaslEcho.java', import.meta.url).pathname

/** Port of a server of Java's that takes this protection alone. */
async function java(qop: string): Promise<number> {
  const server = spawn(join(hadoopJdk(), 'bin/java'), ['-Xmx64m', source, qop, 'dG9rZW4=', 'c2VjcmV0'])
  onTestFinished(() => void server.kill())
  const [line] = await Promise.race([once(server.stdout, 'data'), ended(server)])
  return Number(line)
}

async function ended(server: ChildProcess): Promise<never> {
  let said = ''
  server.stderr?.on('data', text => {
    said += text
  })
  const [code] = await once(server, 'close')
  throw new Error(`java ended with ${code}: ${said}`)
}

const mechanism = (password = 'c2VjcmV0') => digestMd5({ user: 'dG9rZW4=', password, uri: 'null/default' })

describeStack(['metastore'], "DIGEST-MD5 with Java's own server", () => {
  it.each(['auth', 'auth-int', 'auth-conf'])(
    'carries messages with %s, and refuses a wrong password',
    async qop => {
      const port = await java(qop)
      const stream = await secured(connect(port, '127.0.0.1'), mechanism())
      const sent = Buffer.concat(
        [...Array(50).keys()].map(length => Buffer.alloc(length * 700, `${length} `)),
      )
      let got = Buffer.alloc(0)
      const all = new Promise<void>((resolve, reject) => {
        stream.on('error', reject).on('data', chunk => {
          got = Buffer.concat([got, chunk])
          if (got.length >= sent.length) resolve()
        })
      })
      for (let at = 0, size = 1; at < sent.length; at += size, size = size * 3 + 1)
        stream.write(sent.subarray(at, at + size))
      await all
      expect(sent.equals(got)).toBe(true)
      stream.destroy()
      await expect(secured(connect(port, '127.0.0.1'), mechanism('d3Jvbmc='))).rejects.toMatchObject({
        code: 'AUTHENTICATION_FAILED',
      })
    },
  )
})
