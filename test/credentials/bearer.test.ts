import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { identityOf } from '../../shared/catalogs/hms/connection/http.ts'
import { metastoreOptions } from '../../shared/catalogs/metastore/options.ts'
import { openAuthorization } from '../../shared/credentials/authorization.ts'

const WAYS: [string, (token: object) => () => Promise<unknown>][] = [
  [
    'engines and HiveServer2',
    token => {
      const auth = { kind: 'bearer' as const, token: token as { file: string } }
      return openAuthorization(auth, { service: 'HTTP/_HOST', host: 'localhost' }).next
    },
  ],
  [
    'metastores',
    token =>
      identityOf(
        metastoreOptions.parse({
          kind: 'metastore',
          uris: 'thrift://localhost',
          transport: 'http',
          auth: { kind: 'bearer', token },
        }),
      ),
  ],
]

describe.each(WAYS)('a bearer token for %s', (_, open) => {
  async function next(text: string): Promise<unknown> {
    const folder = await mkdtemp(join(tmpdir(), 'bearer-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'token'), text)
    return open({ file: join(folder, 'token') })().catch((error: unknown) => error)
  }

  it('is sent as it is', async () => {
    expect(JSON.stringify(await next('a.b-c_d==\n'))).toContain('Bearer a.b-c_d==')
  })

  it.each(['ab\ncd', 'ab cd', 'ab\r\nx-user: root', 'schlüssel'])(
    '%j is refused before anything is sent, and not shown',
    async text => {
      const error = await next(text)
      expect(error).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringMatching(/^auth\.token /) })
      expect(String(error)).not.toContain(text)
    },
  )
})
