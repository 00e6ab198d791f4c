"""A small Trino by TLS alone, with its authenticators: PASSWORD (a file), JWT (the identity provider's), KERBEROS, CERTIFICATE. Catalogs over the stack's metastore, and `secure` over the secure one and its HDFS."""
import hashlib, json, os, zipfile
import certificates, hdfs, identity, kdc, metastores

USER, PASSWORD = 'goldsync', 'golden-gate'


def port(stack):
    return stack.secure_port(60)


def http(stack):
    """Of itself alone: no credentials are taken there."""
    return stack.secure_port(61)


def plugins(stack):
    """The stack's, and PasswordFile.java."""
    source = f'{stack.HERE}/secure/PasswordFile.java'
    folder = f'{stack.DIST}/trino-secure-plugins-{stack.TRINO}-{hashlib.sha1(open(source, "rb").read()).hexdigest()[:10]}'
    if not os.path.isdir(folder):
        tmp, classes = f'{folder}.tmp', f'{folder}.classes'
        for each in (tmp, classes):
            stack.shutil.rmtree(each, ignore_errors=True)
        os.makedirs(f'{tmp}/password-file')
        spi = f'{stack.DIST}/trino-server-core-{stack.TRINO}/lib/*'
        stack.run([f'{stack.java_home(24, 99)}/bin/javac', '-nowarn', '-proc:none', '-cp', spi, '-d', classes, source])
        with zipfile.ZipFile(f'{tmp}/password-file/password-file.jar', 'w') as jar:
            for name in os.listdir(classes):
                jar.write(f'{classes}/{name}', name)
            jar.writestr('META-INF/services/io.trino.spi.Plugin', 'PasswordFile\n')
        stack.shutil.rmtree(classes)
        os.symlink(f'{stack.trino_plugins()}/hive', f'{tmp}/hive')
        os.rename(tmp, folder)
    return folder


def secure_catalog(stack, folder):
    """As the principal trino; nothing is asked of the servers at start."""
    stack.site(f'{folder}/core-site.xml', hdfs.core_site(stack))
    stack.site(f'{folder}/hdfs-site.xml', hdfs.client_site(stack))
    principal, keytab = kdc.principal('trino'), kdc.keytab(stack, 'trino')
    return {
        'connector.name': 'hive', 'fs.hadoop.enabled': 'true', 'hive.config.resources': f'{folder}/core-site.xml,{folder}/hdfs-site.xml',
        'hive.metastore.uri': metastores.uri(stack, 20), 'hive.metastore.authentication.type': 'KERBEROS',
        'hive.metastore.service.principal': kdc.principal(f'hive/{kdc.NAME}'), 'hive.metastore.client.principal': principal,
        'hive.metastore.client.keytab': keytab, 'hive.metastore-cache-ttl': '0s', 'hive.hdfs.authentication.type': 'KERBEROS',
        'hive.hdfs.trino.principal': principal, 'hive.hdfs.trino.keytab': keytab, 'hive.security': 'allow-all'}


def conf(stack):
    etc, stores = stack.trino_conf('secure-trino', http(stack), plugins(stack), f'thrift://{stack.HOST}:{stack.P["hms"]}'), certificates.home(stack)
    stack.properties(f'{etc}/catalog/secure.properties', secure_catalog(stack, etc))
    stack.write(f'{etc}/passwords', f'{USER}:{PASSWORD}\n')
    stack.properties(f'{etc}/password-authenticator.properties', {
        'password-authenticator.name': 'stack', 'stack.file': f'{etc}/passwords'})
    with open(f'{etc}/config.properties', 'a') as f:
        f.write(''.join(f'{k}={v}\n' for k, v in {
            'http-server.https.enabled': 'true', 'http-server.https.port': port(stack),
            'http-server.https.keystore.path': f'{stores}/server.p12', 'http-server.https.keystore.key': certificates.PASSWORD,
            'http-server.https.truststore.path': f'{stores}/truststore.p12', 'http-server.https.truststore.key': certificates.PASSWORD,
            'http-server.authentication.type': 'PASSWORD,JWT,KERBEROS,CERTIFICATE',
            'password-authenticator.config-files': f'{etc}/password-authenticator.properties',
            'http-server.authentication.jwt.key-file': identity.public_key(stack),
            'http-server.authentication.jwt.required-audience': identity.AUDIENCE,
            'http-server.authentication.krb5.service-name': 'trino', 'http-server.authentication.krb5.principal-hostname': kdc.NAME,
            'http-server.authentication.krb5.keytab': kdc.keytab(stack, 'trino'), 'http.authentication.krb5.config': kdc.krb5_conf(stack),
            'http-server.authentication.krb5.user-mapping.pattern': '(.*?)(?:/.*)?@.*',
            'http-server.authentication.certificate.user-mapping.pattern': 'CN=(.*)',
        }.items()))
    return etc


def up(stack):
    root = f'{stack.DIST}/trino-server-core-{stack.TRINO}'
    stack.hive_conf()                               # core-site.xml, which its catalogs name

    def make():
        etc = conf(stack)
        return dict(cwd=root, cmd=[*stack.trino_java(24, etc, '900m'), *kdc.java_options(stack), '-cp', f'{root}/lib/*', 'io.trino.server.TrinoServer'])

    stack.start('secure-trino', lambda: not json.loads(stack.fetch(f'http://{stack.HOST}:{http(stack)}/v1/info'))['starting'], make)


def env(stack):
    return {'SECURE_TRINO_URL': f'https://{kdc.NAME}:{port(stack)}', 'SECURE_TRINO_USER': USER, 'SECURE_TRINO_PASSWORD': PASSWORD}


ENTRIES = {'trino': dict(needs=['trino', 'secure:kdc', 'secure:identity'], processes=['secure-trino'], up=up, env=env)}
