"""An identity provider: OAuth2 client credentials by the npm package oidc-provider, with access tokens that are JWTs. Tests sign others by its key."""
import json, os
import certificates

VERSION = '9.13.3'
CLIENT, AUDIENCE = 'goldsync', 'trino'


def home(stack):
    return f'{stack.HOME}/data/secure/identity'


def port(stack):
    return stack.secure_port(80)


def issuer(stack):
    return f'https://localhost:{port(stack)}'


def public_key(stack, form='pem'):
    """A file with the key of its tokens. @param form pem or jwks"""
    return f'{home(stack)}/public.pem' if form == 'pem' else f'{home(stack)}/jwks.json'


def up(stack):
    certificates.ensure(stack)
    package = f'{stack.DIST}/oidc-provider-{VERSION}'
    if not os.path.isdir(package):
        tmp = f'{package}.tmp'
        stack.shutil.rmtree(tmp, ignore_errors=True)
        os.makedirs(tmp)
        stack.write(f'{tmp}/package.json', json.dumps({'private': True}))
        stack.run(['npm', 'install', '--no-audit', '--no-fund', '--ignore-scripts', f'oidc-provider@{VERSION}'], cwd=tmp)
        os.rename(tmp, package)
    os.makedirs(home(stack), mode=0o700, exist_ok=True)
    secret = f'{home(stack)}/client-secret'
    if not os.path.exists(secret):
        stack.write(secret, os.urandom(16).hex())

    def make():
        return dict(cmd=['node', f'{stack.HERE}/secure/identity.mjs'], env={
            'IDENTITY_PACKAGE': package, 'IDENTITY_MODULE': 'oidc-provider', 'IDENTITY_PORT': str(port(stack)), 'IDENTITY_HOST': stack.HOST, 'IDENTITY_HOME': home(stack),
            'IDENTITY_CERTIFICATES': certificates.home(stack), 'IDENTITY_CLIENT': CLIENT, 'IDENTITY_AUDIENCE': AUDIENCE})

    stack.start('secure-identity', lambda: stack.listening(port(stack)), make)


def env(stack):
    return {'SECURE_TOKEN_URL': f'{issuer(stack)}/token', 'SECURE_CLIENT_ID': CLIENT, 'SECURE_CLIENT_SECRET_FILE': f'{home(stack)}/client-secret',
            'SECURE_SIGNING_KEY': f'{home(stack)}/key.pem'}


ENTRIES = {'identity': dict(needs=[], processes=['secure-identity'], up=up, env=env)}
