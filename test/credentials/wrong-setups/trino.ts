import { jwt, nowSeconds } from '../../support/jwt.ts'
import { secure } from '../../support/secure-stack.ts'
import { keytab, secretly, trino, type WrongSetup } from './case.ts'

const TRINO = ['secure:trino'] as const
const bearer = (key: string, claims: object) => async () => ({
  auth: { kind: 'bearer', token: secretly(jwt(key, { aud: 'trino', ...claims })) },
})
const { identity } = secure

export const TRINO_SETUPS: readonly WrongSetup[] = [
  {
    what: 'Trino: a wrong password',
    needs: TRINO,
    ask: trino({ auth: { kind: 'basic', user: secure.trino.user, password: secretly('secret-9-trino') } }),
    code: 'AUTHENTICATION_FAILED',
    cause: /Invalid credentials/,
    remedy: /check user and password/,
  },
  {
    what: 'Trino: no credentials, and no client certificate',
    needs: TRINO,
    ask: trino({}),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /the server takes Basic, Bearer, Negotiate: set auth accordingly/,
  },
  {
    what: 'Trino: a client certificate of an authority that it does not know',
    needs: TRINO,
    ask: trino({
      tls: { ca: secure.ca, cert: secure.otherCa, key: secure.otherCa.replace('.pem', '.key') },
    }),
    code: 'AUTHENTICATION_FAILED',
    cause: /does not accept our client certificate/,
    remedy: /check tls\.cert and tls\.key/,
  },
  {
    what: 'Trino: a JWT for another audience',
    needs: TRINO,
    ask: trino(bearer(identity.key, { aud: 'other' })),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /audience/,
  },
  {
    what: 'Trino: a JWT that has ended',
    needs: TRINO,
    ask: trino(bearer(identity.key, { exp: nowSeconds() - 3600 })),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /expired/,
  },
  {
    what: 'Trino: a JWT that somebody else signed',
    needs: TRINO,
    ask: trino(bearer(secure.serverKey, {})),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /token/,
  },
  {
    what: 'Trino: a wrong OAuth2 client secret',
    needs: TRINO,
    ask: trino({ auth: { ...identity.auth, clientSecret: secretly('secret-9-oauth2') } }),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /auth\.clientId and auth\.clientSecret/,
  },
  {
    what: 'Trino: a service that the realm does not know',
    needs: TRINO,
    ask: trino({ auth: keytab('goldsync', { service: 'nobody/_HOST' }) }),
    code: 'AUTHENTICATION_FAILED',
    cause: /nobody@localhost/,
    remedy: /nobody\/localhost/,
  },
  {
    what: 'Trino: the principal of another service',
    needs: TRINO,
    ask: trino({ auth: keytab('goldsync', { service: 'hive/_HOST' }) }),
    code: 'AUTHENTICATION_FAILED',
    cause: /./,
    remedy: /auth\.service/,
  },
  {
    what: 'Trino: another user than that of the credentials',
    needs: TRINO,
    ask: trino({ auth: keytab('goldsync'), user: 'root' }),
    code: 'PERMISSION_DENIED',
    cause: /./,
    remedy: /user is another/,
  },
  {
    what: 'Trino: the wrong authority',
    needs: TRINO,
    ask: trino({ auth: { kind: 'bearer', token: secretly('abc-of-nobody') }, tls: { ca: secure.otherCa } }),
    code: 'UNAVAILABLE',
    cause: /certificate/,
    remedy: /tls\.ca/,
  },
]
