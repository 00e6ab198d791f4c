"""Hive metastores over the secure HDFS, each with a database of its own: by Kerberos and delegation tokens in each quality of protection, by HTTP with JWT, by password."""
import os
import certificates, hdfs, kdc

HEAP = os.environ.get('STACK_SECURE_METASTORE_HEAP', '320m')
PASSWORD = 'metastore-secret'       # of the user goldsync, where passwords are taken


def conf(stack, name):
    return f'{stack.HOME}/conf/secure/{name}'


def uri(stack, n):
    return f'thrift://{kdc.NAME}:{stack.secure_port(n)}'


def by_kerberos(stack):
    """Delegation tokens, too."""
    prefix = 'hive.cluster.delegation.token'
    return {
        'hive.metastore.sasl.enabled': 'true', f'{prefix}.renew-interval': f'{hdfs.TOKEN}s', f'{prefix}.max-lifetime': f'{7 * hdfs.TOKEN}s'}


def by_tls(stack):
    return {'hive.metastore.use.SSL': 'true', 'hive.metastore.keystore.path': f'{certificates.home(stack)}/server.p12',
            'hive.metastore.keystore.type': 'PKCS12', 'hive.metastore.keystore.password': certificates.PASSWORD}


def by_jwt(stack):
    return {**by_tls(stack), 'hive.metastore.keymanagerfactory.algorithm': 'SunX509',
            'hive.metastore.server.thrift.transport.mode': 'http', 'hive.metastore.authentication': 'JWT',
            'hive.metastore.authentication.jwt.jwks.url': f'file://{certificates.home(stack)}/jwks.json'}


def by_password(stack):
    prefix = 'hive.metastore.authentication'
    return {**by_tls(stack), 'hive.metastore.execute.setugi': 'false', prefix: 'CONFIG', f'{prefix}.config.username': 'goldsync',
            f'{prefix}.config.password': PASSWORD}


def authorized(stack):
    """May change a table who may write its folder."""
    ql = 'org.apache.hadoop.hive.ql.security'
    return {
        **by_kerberos(stack), 'hive.metastore.pre.event.listeners': f'{ql}.authorization.AuthorizationPreEventListener',
        'hive.security.metastore.authorization.manager': f'{ql}.authorization.StorageBasedAuthorizationProvider',
        'hive.security.metastore.authenticator.manager': f'{ql}.HadoopDefaultMetastoreAuthenticator',
        'hive.security.metastore.authorization.auth.reads': 'true'}


def database(stack, name, hive3):
    """Makes it where it is new; the settings of the connection."""
    if not stack.use_postgres():
        stack.sys.exit('stack: the secure metastores need PostgreSQL')
    base = f'secure_{name.replace("-", "_")}'
    if not stack.psql(f"select 1 from pg_database where datname='{base}'"):
        scripts = stack.unpacked('org.apache.hive', *(
            ('hive-standalone-metastore', stack.HIVE3, 'tar.gz', 'bin') if hive3 else
            ('hive-standalone-metastore-server', stack.HIVE, 'tar.gz', 'bin', ['--wildcards', '*/scripts/metastore/upgrade/*'])))
        folder = f'{scripts}/scripts/metastore/upgrade/postgres'
        stack.psql(f'drop database if exists {base}_new')
        stack.psql(f'create database {base}_new')
        stack.run([f'{stack.pg_bin()}/psql', '-q', '-h', stack.HOST, '-p', str(stack.P['pg']), '-U', 'hive', '-d', f'{base}_new',
                   '-f', f'{folder}/hive-schema-{"3.1.0" if hive3 else "4.0.0"}.postgres.sql'], cwd=folder)
        stack.psql(f'alter database {base}_new rename to {base}')
    return {'javax.jdo.option.ConnectionURL': f'jdbc:postgresql://{stack.HOST}:{stack.P["pg"]}/{base}',
            'javax.jdo.option.ConnectionDriverName': 'org.postgresql.Driver', 'javax.jdo.option.ConnectionUserName': 'hive',
            'javax.jdo.option.ConnectionPassword': 'hive'}


def hive_site(stack, name, n, hive3):
    return {
        **database(stack, name, hive3), 'hive.metastore.kerberos.principal': kdc.principal(f'hive/{kdc.NAME}'),
        'hive.metastore.kerberos.keytab.file': kdc.keytab(stack, 'hive'), 'hive.metastore.warehouse.dir': f'/warehouse/{name}',
        'hive.metastore.warehouse.external.dir': f'/warehouse/{name}', 'hive.metastore.thrift.bind.host': kdc.NAME,
        'hive.metastore.port': stack.secure_port(n), 'metastore.thrift.port': stack.secure_port(n), 'hive.metastore.schema.verification': 'false',
        'hive.async.log.enabled': 'false', 'hive.support.concurrency': 'true',
        'hive.txn.manager': 'org.apache.hadoop.hive.ql.lockmgr.DbTxnManager', 'hive.stats.autogather': 'false',
        'datanucleus.connectionPool.maxPoolSize': 5, 'hive.metastore.server.min.threads': 4,
        'hive.metastore.event.db.notification.api.auth': 'false', 'metastore.housekeeping.threads.on': 'false',
        'metastore.compactor.initiator.on': 'false',
        'hive.metastore.transactional.event.listeners': 'org.apache.hive.hcatalog.listener.DbNotificationListener' if hive3 else 'NotificationLog',
        **(stack.without_hive_exec() if hive3 else {}),
    }


def java(stack, name, n, hive3):
    logs, folder = f'{stack.hive_conf()}/log4j2.properties', conf(stack, name)
    if hive3:
        old = stack.unpacked('org.apache.hive', 'hive-standalone-metastore', stack.HIVE3, 'tar.gz', 'bin')
        jars = f'{old}/lib/*:{stack.classpath("metastore3")}:{stack.classpath("hadoop")}'
    else:
        jars = f'{stack.listener()}:{stack.classpath("hive")}:{stack.classpath("secure/jwt")}'
    return stack.java((11, 21), HEAP, *stack.OPENS, *kdc.java_options(stack), *hdfs.QUICK, f'-Dlog4j2.configurationFile={logs}', f'-Dhive.log4j.file={logs}',
                      '-cp', f'{folder}:{jars}', 'org.apache.hadoop.hive.metastore.HiveMetaStore', '-p', str(stack.secure_port(n)))


def serve(stack, name, n, how, protection, hive3):
    folder = conf(stack, name)
    tickets = f'{kdc.home(stack)}/tickets-{name}'

    def make():
        stack.site(f'{folder}/core-site.xml', {**hdfs.core_site(stack), 'hadoop.rpc.protection': protection})
        stack.site(f'{folder}/hdfs-site.xml', hdfs.client_site(stack))
        stack.site(f'{folder}/hive-site.xml', {**hive_site(stack, name, n, hive3), **how(stack)})
        kdc.mit(stack, 'kinit', '-c', tickets, '-kt', kdc.keytab(stack, 'hive'), 'hive')     # for HDFS, of those without a keytab
        return dict(cmd=java(stack, name, n, hive3), env={'HIVE_CONF_DIR': folder, 'METASTORE_CONF_DIR': folder, 'KRB5CCNAME': f'FILE:{tickets}'})

    ready = certificates.handshake if how in (by_jwt, by_password) else lambda stack, port: stack.listening(port)
    stack.start(f'secure-{name}', lambda: ready(stack, stack.secure_port(n)), make)


def entry(name, n, how, protection='authentication', hive3=False, needs=(), more=lambda stack: {}):
    """@param how: settings of who is let in; @param protection: what Hadoop calls auth, auth-int and auth-conf"""
    variable = f'SECURE_{name.upper().replace("-", "_")}_URI'
    return name, dict(
        needs=['secure:hdfs', 'postgres', *needs], processes=[f'secure-{name}'],
        up=lambda stack: serve(stack, name, n, how, protection, hive3),
        env=lambda stack: {variable: uri(stack, n), **more(stack)})


ENTRIES = dict([
    entry('metastore', 20, by_kerberos),
    entry('metastore-integrity', 21, by_kerberos, 'integrity'),
    entry('metastore-privacy', 22, by_kerberos, 'privacy'),
    entry('metastore3', 23, by_kerberos, 'authentication', True),
    entry('metastore-http', 24, by_jwt),
    entry('metastore-password', 25, by_password, more=lambda stack: {'SECURE_METASTORE_PASSWORD': PASSWORD}),
    entry('metastore-authorized', 26, authorized),
])
