"""HDFS with Kerberos, HTTPS, block and delegation tokens."""
import json, os, shutil, subprocess
import certificates, kdc

QUICK = ['-XX:TieredStopAtLevel=1']      # half the CPU time of a start; tests ask little
TOKEN = int(os.environ.get('STACK_SECURE_TOKEN', 86400))      # seconds until a delegation token must be renewed; it lives seven times as long
# who owns what: goldsync is in the group that may read the lake
GROUPS = 'hdfs=supergroup;hive=hive;goldsync=lake;trino=lake'
FOLDERS = (('/tmp', 'hdfs', 'supergroup', 1777), ('/user', 'hdfs', 'supergroup', 755), ('/user/goldsync', 'goldsync', 'lake', 700),
           ('/warehouse', 'hive', 'hive', 1777), ('/datalake', 'hdfs', 'lake', 750))


def port(stack, name):
    return stack.secure_port(10 + ('rpc', 'https', 'data', 'data_https', 'data_ipc').index(name))


def uri(stack):
    return f'hdfs://{kdc.NAME}:{port(stack, "rpc")}'


def address(stack):
    return f'https://{kdc.NAME}:{port(stack, "https")}'


def conf(stack):
    return f'{stack.HOME}/conf/secure/hdfs'


def core_site(stack):
    """Of every server and client of this HDFS."""
    return {
        **stack.core_site(), 'fs.defaultFS': uri(stack), 'hadoop.tmp.dir': f'{stack.HOME}/tmp/secure',
        'hadoop.security.authentication': 'kerberos',
        **{f'hadoop.http.authentication.{k}': v for k, v in (           # WebHDFS's, too
            ('type', 'kerberos'), ('signature.secret.file', f'{conf(stack)}/signature'),
            ('kerberos.principal', kdc.principal(f'HTTP/{kdc.NAME}')), ('kerberos.keytab', kdc.keytab(stack, 'http')))},
        'hadoop.security.authorization': 'true',
        'hadoop.rpc.protection': 'authentication,integrity,privacy', 'hadoop.security.token.service.use_ip': 'false',
        'hadoop.user.group.static.mapping.overrides': GROUPS,
        **{f'hadoop.proxyuser.{u}.{k}': '*' for u in ('hive', 'httpfs', 'knox', 'trino') for k in ('hosts', 'groups')},
    }


def client_site(stack):
    """What a client of it has in its hdfs-site.xml."""
    return {'dfs.namenode.kerberos.principal': kdc.principal(f'hdfs/{kdc.NAME}'), 'dfs.data.transfer.protection': 'authentication',
            'dfs.http.policy': 'HTTPS_ONLY', 'dfs.namenode.https-address': f'{kdc.NAME}:{port(stack, "https")}', 'dfs.replication': 1}


def hdfs_site(stack):
    host, data = stack.HOST, f'file://{stack.HOME}/data/secure/hdfs'
    return {
        **{k: v for k, v in stack.hdfs_site().items() if '.http-address' not in k and '.http.address' not in k},
        **client_site(stack), 'dfs.namenode.rpc-address': f'{kdc.NAME}:{port(stack, "rpc")}',
        'dfs.namenode.name.dir': f'{data}/name', 'dfs.datanode.data.dir': f'{data}/data',
        'dfs.datanode.address': f'{host}:{port(stack, "data")}', 'dfs.datanode.https.address': f'{host}:{port(stack, "data_https")}',
        'dfs.datanode.ipc.address': f'{host}:{port(stack, "data_ipc")}', 'dfs.datanode.hostname': kdc.NAME,
        'dfs.block.access.token.enable': 'true',
        **{f'dfs.{role}.{k}': v for role in ('namenode', 'datanode') for k, v in (
            ('kerberos.principal', kdc.principal(f'hdfs/{kdc.NAME}')), ('keytab.file', kdc.keytab(stack, 'hdfs')))},
        'dfs.web.authentication.kerberos.principal': kdc.principal(f'HTTP/{kdc.NAME}'),
        'dfs.web.authentication.kerberos.keytab': kdc.keytab(stack, 'http'),
        'dfs.namenode.delegation.token.renew-interval': TOKEN * 1000, 'dfs.namenode.delegation.token.max-lifetime': TOKEN * 7000,
    }


def write_settings(stack):
    stack.site(f'{conf(stack)}/core-site.xml', core_site(stack))
    stack.site(f'{conf(stack)}/hdfs-site.xml', hdfs_site(stack))
    stack.site(f'{conf(stack)}/ssl-server.xml', {
        f'ssl.server.{store}.{k}': v for store, file in (('keystore', 'server'), ('truststore', 'truststore')) for k, v in (
            ('location', f'{certificates.home(stack)}/{file}.p12'), ('type', 'pkcs12'), ('password', certificates.PASSWORD),
            ('keypassword', certificates.PASSWORD))})
    stack.site(f'{conf(stack)}/ssl-client.xml', {
        'ssl.client.truststore.location': f'{certificates.home(stack)}/truststore.p12', 'ssl.client.truststore.type': 'pkcs12',
        'ssl.client.truststore.password': certificates.PASSWORD})
    if not os.path.exists(f'{conf(stack)}/signature'):
        stack.write(f'{conf(stack)}/signature', os.urandom(32).hex())
    stack.hadoop_pages(conf(stack))


def java(stack, main, *args):
    return stack.java((11, 21), os.environ.get('STACK_HDFS_HEAP', '256m'), *stack.OPENS, *kdc.java_options(stack), *QUICK,
                      '-cp', f'{conf(stack)}:{stack.classpath("hadoop")}', main, *args)


def superuser(stack):
    """A function that asks WebHDFS as the superuser, by SPNEGO: the answer's text, None where it is refused."""
    if not shutil.which('curl'):
        stack.sys.exit('stack: no curl; Debian: apt-get install curl')
    tickets = f'{kdc.home(stack)}/tickets-stack'
    env = {**os.environ, **kdc.variables(stack), 'KRB5CCNAME': f'FILE:{tickets}'}
    stack.run(['kinit', '-kt', kdc.keytab(stack, 'hdfs'), 'hdfs'], env=env)

    def ask(path, method='GET'):
        curl = ['curl', '-s', '-f', '--negotiate', '-u', ':', '--noproxy', '*', '--cacert', f'{certificates.home(stack)}/ca.pem', '-X', method,
                '-b', f'{tickets}.cookies', '-c', f'{tickets}.cookies', f'{address(stack)}{path}']
        r = subprocess.run(curl, env=env, stdout=subprocess.PIPE, text=True)
        return r.stdout if r.returncode == 0 else None

    return ask


def has_started(ask):
    bean = json.loads(ask('/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState'))['beans'][0]
    return bean['FSState'] == 'Operational' and bean['NumLiveDataNodes'] >= 1


def make_folders(stack, ask):
    for path, owner, group, mode in FOLDERS:
        there = f'/webhdfs/v1{path}?op='
        if not ask(f'{there}GETFILESTATUS'):
            for op in ('MKDIRS', f'SETPERMISSION&permission={mode}', f'SETOWNER&owner={owner}&group={group}'):
                if ask(there + op, 'PUT') is None:
                    stack.sys.exit(f'stack: {address(stack)} refuses its superuser {op} of {path}')


def up(stack):
    data = f'{stack.HOME}/data/secure/hdfs'
    write_settings(stack)
    ask = superuser(stack)

    def namenode():
        if not os.path.exists(f'{data}/name/current/VERSION'):
            shutil.rmtree(data, ignore_errors=True)
            stack.run(java(stack, 'org.apache.hadoop.hdfs.server.namenode.NameNode', '-format', '-nonInteractive', '-force'), cwd=stack.HOME)
        return dict(cmd=java(stack, 'org.apache.hadoop.hdfs.server.namenode.NameNode'))

    stack.start('secure-namenode', lambda: ask('/webhdfs/v1/?op=GETFILESTATUS'), namenode)
    stack.start('secure-datanode', lambda: has_started(ask), lambda: dict(cmd=java(stack, 'org.apache.hadoop.hdfs.server.datanode.DataNode')))
    make_folders(stack, ask)


def env(stack):
    return {'SECURE_HDFS_URI': uri(stack), 'SECURE_WEBHDFS_URL': f'{address(stack)}/webhdfs/v1'}


ENTRIES = {'hdfs': dict(needs=['secure:kdc'], processes=['secure-namenode', 'secure-datanode'], up=up, env=env)}
