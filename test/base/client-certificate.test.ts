import { expect, it } from 'vitest'
import { certificateRefused } from '../../shared/base/client-certificate.ts'
import { socketError } from '../../shared/catalogs/hms/connection/errors.ts'
import { requestError } from '../../shared/engines/statements/errors.ts'
import { hiveError } from '../../shared/hiveserver2/errors.ts'
import { connectionError } from '../../shared/storages/connection-error.ts'

/** As Node 20 has them. */
const alert = (code: string, words: string) =>
  Object.assign(
    new Error(`80C:error:0A000416:SSL routines:ssl3_read_bytes:${words}:../deps/openssl/rec.c:1601:`),
    { code },
  )
const UNKNOWN = alert('ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'sslv3 alert certificate unknown')

const DRIVERS: Readonly<Record<string, (error: Error) => Error>> = {
  storages: error => connectionError({ origin: 'https://nn:9871', key: 'storage.namenodes' }, error),
  metastore: error => socketError(error, { server: 'hms:9083' }),
  HiveServer2: error => hiveError(error, 'hs2:10000'),
  engines: error => requestError(error, 'Trino trino:8443'),
}

it.each(Object.entries(DRIVERS))(
  '%s: a certificate that the server does not take is told as ours',
  (_, told) => {
    for (const [error, words] of [
      [UNKNOWN, 'certificate unknown'],
      [alert('ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tlsv1 alert unknown ca'), 'unknown ca'],
      [alert('EPROTO', 'sslv3 alert certificate expired'), 'certificate expired'],
    ] as const)
      expect(told(error)).toMatchObject({
        code: 'AUTHENTICATION_FAILED',
        retryable: false,
        message: expect.stringContaining(`does not accept our client certificate (${words})`),
        hint: expect.stringMatching(/tls\.cert and \S*tls\.key/),
      })
    expect(
      told(alert('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tlsv13 alert certificate required')),
    ).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: expect.stringContaining('asks for a client certificate'),
    })
  },
)

it.each([
  [
    'the server has one that is not trusted',
    { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', message: 'self-signed certificate' },
  ],
  [
    'no version of TLS in common',
    alert('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tlsv1 alert protocol version'),
  ],
  ['nothing', undefined],
])('is another error: %s', (_, error) => {
  expect(certificateRefused(error, 'x')).toBeUndefined()
})
