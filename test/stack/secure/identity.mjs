// The identity provider that identity.py starts. Its access tokens are JWTs of RS256 for one audience.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const {
  IDENTITY_PACKAGE,
  IDENTITY_MODULE,
  IDENTITY_PORT,
  IDENTITY_HOST,
  IDENTITY_HOME,
  IDENTITY_CERTIFICATES,
  IDENTITY_CLIENT,
  IDENTITY_AUDIENCE,
} = process.env
const require = createRequire(`${IDENTITY_PACKAGE}/package.json`)
const { default: Provider } = await import(pathToFileURL(require.resolve(IDENTITY_MODULE)).href)

const keyFile = `${IDENTITY_HOME}/key.pem`
if (!existsSync(keyFile)) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
}
const key = createPrivateKey(readFileSync(keyFile))
const named = { alg: 'RS256', use: 'sig', kid: 'stack' }
const jwk = publicKey => ({ ...publicKey.export({ format: 'jwk' }), ...named })
writeFileSync(`${IDENTITY_HOME}/public.pem`, createPublicKey(key).export({ type: 'spki', format: 'pem' }))
writeFileSync(`${IDENTITY_HOME}/jwks.json`, JSON.stringify({ keys: [jwk(createPublicKey(key))] }))

const issuer = `https://localhost:${IDENTITY_PORT}`
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: IDENTITY_CLIENT,
      client_secret: readFileSync(`${IDENTITY_HOME}/client-secret`, 'utf8').trim(),
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
  ],
  jwks: { keys: [jwk(key)] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:stack:lake',
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'lake',
        audience: IDENTITY_AUDIENCE,
        // Short, so that tests see one end.
        accessTokenTTL: 20,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
})
const tls = {
  cert: readFileSync(`${IDENTITY_CERTIFICATES}/server.pem`),
  key: readFileSync(`${IDENTITY_CERTIFICATES}/server.key`),
}
createServer(tls, provider.callback()).listen(Number(IDENTITY_PORT), IDENTITY_HOST)
