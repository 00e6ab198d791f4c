"""A private authority and its certificates: for servers (PEM and PKCS12), for goldsync as a client, one that has expired; an authority nobody trusts; a key that signs JWTs."""
import base64, json, os, shutil, socket, ssl

PASSWORD = 'golden-stack'           # of the stores: Java takes none without


def home(stack):
    return f'{stack.HOME}/data/secure/certificates'


def ensure(stack):
    """Makes them, unless they are there. Servers that start at once, each under a lock of its own, all ask for them."""
    with stack.locked('lock-certificates'):
        if not os.path.exists(f'{home(stack)}/truststore.p12'):
            make(stack)


def make(stack):
    tmp = f'{home(stack)}.tmp'
    shutil.rmtree(tmp, ignore_errors=True)
    os.makedirs(tmp, mode=0o700)
    key = ['-newkey', 'rsa:2048', '-nodes']
    for ca in ('ca', 'other-ca'):
        stack.run(['openssl', 'req', '-x509', *key, '-keyout', f'{ca}.key', '-out', f'{ca}.pem', '-days', '3650',
                   '-subj', f'/O=golden stack/CN={ca}'], cwd=tmp)
    stack.write(f'{tmp}/names', f'subjectAltName=DNS:localhost,IP:{stack.HOST}\n')
    for serial, (name, subject, days) in enumerate((
            ('server', '/CN=localhost', 3650), ('expired', '/CN=localhost', -1), ('client', '/CN=goldsync', 3650)), 1):
        stack.run(['openssl', 'req', *key, '-keyout', f'{name}.key', '-out', f'{name}.csr', '-subj', subject], cwd=tmp)
        stack.run(['openssl', 'x509', '-req', '-in', f'{name}.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-set_serial', str(serial),
                   '-days', str(days), '-extfile', 'names', '-out', f'{name}.pem'], cwd=tmp)
        stack.run(['openssl', 'pkcs12', '-export', '-in', f'{name}.pem', '-inkey', f'{name}.key', '-name', name,
                   '-passout', f'pass:{PASSWORD}', '-out', f'{name}.p12'], cwd=tmp)
    stack.run([f'{stack.java_home(11, 99)}/bin/keytool', '-importcert', '-noprompt', '-alias', 'ca', '-file', 'ca.pem',
               '-storetype', 'PKCS12', '-storepass', PASSWORD, '-keystore', 'truststore.p12'], cwd=tmp)
    jwt_key(stack, tmp)
    os.rename(tmp, home(stack))


def jwt_key(stack, folder):
    """jwt.key, and jwks.json, by which servers know what it signed (RS256, kid `stack`)."""
    stack.run(['openssl', 'genrsa', '-out', 'jwt.key', '2048'], cwd=folder)
    modulus = stack.run(['openssl', 'rsa', '-in', 'jwt.key', '-noout', '-modulus'], cwd=folder).strip().removeprefix('Modulus=')
    n = base64.urlsafe_b64encode(bytes.fromhex(modulus)).decode().rstrip('=')
    stack.write(f'{folder}/jwks.json', json.dumps({'keys': [dict(kty='RSA', use='sig', alg='RS256', kid='stack', n=n, e='AQAB')]}))


def handshake(stack, port):
    """True when a server there has shown its certificate."""
    trust = ssl.create_default_context(cafile=f'{home(stack)}/ca.pem')
    with socket.create_connection((stack.HOST, port), timeout=5) as plain, trust.wrap_socket(plain, server_hostname='localhost'):
        return True


def env(stack):
    where = home(stack)
    return {'SECURE_CA': f'{where}/ca.pem', 'SECURE_OTHER_CA': f'{where}/other-ca.pem',
            'SECURE_CLIENT_CERT': f'{where}/client.pem', 'SECURE_CLIENT_KEY': f'{where}/client.key',
            'SECURE_JWT_KEY': f'{where}/jwt.key'}
