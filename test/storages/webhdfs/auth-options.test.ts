import { describe, expect, it } from 'vitest'
import { openStorage, storageProblems } from '../../../shared/storages/open.ts'

const namenodes = ['https://knox:8443/gateway/default']
const basic = { kind: 'basic', user: 'goldsync', password: 'hunter22' }
const bearer = { kind: 'bearer', token: 'ey.hunter22' }

describe('storage.auth of a lake on HDFS', () => {
  it.each([
    [{ auth: { kind: 'kerberos' } }],
    [
      {
        auth: {
          kind: 'kerberos',
          principal: 'goldsync@LAKE.EXAMPLE',
          keytab: '/k',
          service: 'HTTP/_HOST@LAKE.EXAMPLE',
        },
      },
    ],
    [{ auth: { kind: 'token' } }],
    [{ auth: basic }],
    [{ auth: { kind: 'bearer', token: { file: '/var/run/token' } } }],
    [{ token: { file: '/var/run/token' } }],
    [{ token: 'HAAE', user: 'etl' }],
  ])('takes %j', options => {
    expect(storageProblems('hdfs://ns/golden', { namenodes, ...options })).toEqual([])
  })

  it.each([
    [{ auth: basic, user: 'etl' }, 'storage.user: is of simple authentication'],
    [{ auth: { kind: 'kerberos' }, user: 'etl' }, 'storage.user: is of simple authentication'],
    [{ auth: { kind: 'token' }, token: 'HAAE' }, 'storage.token: storage.auth says who asks'],
    [{ auth: { ...basic, keytab: '/k' } }, 'keytab'],
    [{ auth: { kind: 'oauth2' } }, 'storage.auth.kind'],
    [{ auth: { kind: 'kerberos', principal: 'two words' } }, 'name@REALM'],
    [
      { auth: basic, namenodes: ['http://knox:8443'] },
      'storage.namenodes: storage.auth of kind basic would send',
    ],
    [
      { auth: bearer, namenodes: [...namenodes, 'http://httpfs:14000'] },
      'http://httpfs:14000: write https://',
    ],
  ])('refuses %j', (options, problem) => {
    const problems = storageProblems('hdfs://ns/golden', { namenodes, ...options }).join('; ')
    expect(problems).toContain(problem)
    expect(problems).not.toContain('hunter22')
  })

  it('is refused with the NameNode of the location, too', async () => {
    await expect(openStorage('webhdfs://nn1:9870/golden', { auth: basic })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('http://nn1:9870'),
    })
  })
})
