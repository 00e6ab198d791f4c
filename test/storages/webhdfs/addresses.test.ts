import { describe, expect, it } from 'vitest'
import { restRoot, sentInPlainText } from '../../../shared/storages/webhdfs/addresses.ts'

describe('the REST root of an address', () => {
  it.each([
    ['http://nn1:9870', 'http://nn1:9870/webhdfs/v1'],
    ['http://nn1:9870/', 'http://nn1:9870/webhdfs/v1'],
    ['http://nn1:9870/webhdfs/v1/', 'http://nn1:9870/webhdfs/v1'],
    ['https://knox:8443/gateway/default', 'https://knox:8443/gateway/default/webhdfs/v1'],
    ['https://knox:8443/gateway/default/webhdfs/v1', 'https://knox:8443/gateway/default/webhdfs/v1'],
    ['https://knox:8443/gateway/ozone/httpfs/v1', 'https://knox:8443/gateway/ozone/httpfs/v1'],
  ])('%s', (address, root) => expect(restRoot(address)).toBe(root))
})

describe('a secret that is sent as it is', () => {
  it.each([
    ['http://knox:8443', true],
    ['http://10.1.2.3', true],
    ['http://localhost.example', true],
    ['https://knox:8443', false],
    ['http://127.0.0.1:8080', false],
    ['http://localhost:8080', false],
    ['http://[::1]:8080', false],
  ])('to %s is refused: %s', (address, refused) => {
    for (const kind of ['basic', 'bearer'])
      expect(sentInPlainText({ kind }, [address]) !== undefined).toBe(refused)
  })

  it('is none with Kerberos', () => {
    expect(sentInPlainText({ kind: 'kerberos' }, ['http://nn1:9870'])).toBeUndefined()
    expect(sentInPlainText(undefined, ['http://nn1:9870'])).toBeUndefined()
  })
})
