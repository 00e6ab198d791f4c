"""HiveServer2 over the stack's HDFS and metastore, by Kerberos (any protection, or encryption alone) and by LDAP, binary and by HTTP, where JWTs are taken too."""
import os
import certificates, kdc, ldap

HEAP = os.environ.get('STACK_SECURE_HIVESERVER2_HEAP', '512m')


def by_kerberos(qop):
    return lambda stack: {
        'hive.server2.authentication': 'KERBEROS', 'hive.server2.authentication.kerberos.principal': kdc.principal(f'hive/{kdc.NAME}'),
        'hive.server2.authentication.kerberos.keytab': kdc.keytab(stack, 'hive'), 'hive.server2.thrift.sasl.qop': qop,
        'hive.server2.authentication.spnego.principal': kdc.principal(f'HTTP/{kdc.NAME}'),
        'hive.server2.authentication.spnego.keytab': kdc.keytab(stack, 'http'),
        'hive.cluster.delegation.token.store.class': 'org.apache.hadoop.hive.metastore.security.MemoryTokenStore'}


def by_ldap(stack):
    return {'hive.server2.authentication': 'LDAP', 'hive.server2.authentication.ldap.url': ldap.url(stack),
            'hive.server2.authentication.ldap.baseDN': ldap.PEOPLE, 'hive.server2.authentication.ldap.guidKey': 'uid'}


def by_jwt(stack):
    return {'hive.server2.authentication': 'JWT', 'hive.server2.authentication.jwt.jwks.url': f'file://{certificates.home(stack)}/jwks.json',
            'hive.server2.use.SSL': 'true', 'hive.server2.keystore.path': f'{certificates.home(stack)}/server.p12',
            'hive.server2.keystore.type': 'PKCS12', 'hive.server2.keystore.password': certificates.PASSWORD}


def core_site(stack, kerberos):
    """A server of the realm, though its file system is not."""
    return {**stack.core_site(), **({
        'hadoop.security.authentication': 'kerberos', 'ipc.client.fallback-to-simple-auth-allowed': 'true',
        'dfs.namenode.kerberos.principal': kdc.principal(f'hdfs/{kdc.NAME}'), 'yarn.resourcemanager.principal': kdc.principal(f'hive/{kdc.NAME}'),
        'hadoop.security.auth_to_local': 'RULE:[2:$1]\nRULE:[1:$1]\nDEFAULT'} if kerberos else {})}


def serve(stack, name, n, mode, how):
    folder = f'{stack.HOME}/conf/secure/{name}'
    tmp = f'{stack.HOME}/tmp/{name}'
    main = 'org.apache.hive.service.server.HiveServer2'

    def make():
        plain = stack.hive_java('hiveserver2', HEAP, main)
        stack.site(f'{folder}/core-site.xml', core_site(stack, 'kerberos' in name))
        stack.site(f'{folder}/hive-site.xml', {
            'hive.metastore.uris': f'thrift://{stack.HOST}:{stack.P["hms"]}', 'hive.metastore.execute.setugi': 'true',
            'hive.metastore.warehouse.dir': '/user/hive/warehouse', 'hive.metastore.warehouse.external.dir': '/user/hive/warehouse',
            'hive.support.concurrency': 'true', 'hive.txn.manager': 'org.apache.hadoop.hive.ql.lockmgr.DbTxnManager',
            'hive.stats.autogather': 'false', 'hive.server2.thrift.bind.host': kdc.NAME, 'hive.server2.transport.mode': mode,
            'hive.server2.thrift.port': stack.secure_port(n), 'hive.server2.thrift.http.port': stack.secure_port(n + (1 if mode == 'all' else 0)),
            'hive.server2.enable.doAs': 'false', 'hive.server2.webui.port': 0, 'hive.server2.thrift.min.worker.threads': 2,
            'hive.server2.thrift.http.min.worker.threads': 2, 'hive.server2.thrift.http.max.worker.threads': 32,
            'hive.exec.scratchdir': '/tmp/hive', 'hive.exec.local.scratchdir': f'{tmp}/local', 'hive.downloaded.resources.dir': f'{tmp}/resources',
            'hive.querylog.location': f'{tmp}/querylog', 'hive.server2.tez.initialize.default.sessions': 'false', 'hive.execution.engine': 'mr',
            'mapreduce.framework.name': 'local', 'hive.exec.mode.local.auto': 'true', 'mapreduce.task.io.sort.mb': 16,
            'mapreduce.cluster.local.dir': f'{tmp}/mapred', 'hive.security.authorization.enabled': 'false',
            'hive.server2.active.passive.ha.enable': 'false', 'hive.async.log.enabled': 'false', 'hive.server2.logging.operation.enabled': 'false',
            'hive.notification.event.poll.interval': '0s', 'hive.server2.materializedviews.registry.impl': 'DUMMY', **how(stack)})
        more = stack.classpath('secure-hive-http')     # the HTTP endpoint's, left out of the stack's
        cmd = [f'{folder}:{part}:{more}' if before == '-cp' else part for before, part in zip(['', *plain['cmd']], plain['cmd'])]
        at = cmd.index('-server')
        cmd[at:at] = kdc.java_options(stack)
        return dict(cmd=cmd, env={**plain['env'], 'HIVE_CONF_DIR': folder, 'METASTORE_CONF_DIR': folder})

    stack.start(f'secure-{name}', lambda: stack.listening(stack.secure_port(n)), make)


def entry(name, n, mode, how, needs):
    variable = f'SECURE_{name.upper().replace("-", "_")}_PORT'
    return name, dict(needs=['hiveserver2', *needs], processes=[f'secure-{name}'], up=lambda stack: serve(stack, name, n, mode, how),
                      env=lambda stack: {variable: stack.secure_port(n)})


# mode all: binary on that port, HTTP on the next
ENTRIES = dict([
    entry('hiveserver2-kerberos', 50, 'all', by_kerberos('auth'), ['secure:kdc']),
    entry('hiveserver2-kerberos-privacy', 52, 'binary', by_kerberos('auth-conf'), ['secure:kdc']),
    entry('hiveserver2-ldap', 53, 'all', by_ldap, ['secure:ldap']),
    entry('hiveserver2-jwt', 55, 'http', by_jwt, ['secure:kdc']),
])
