"""HDFS behind gateways and of other versions: HttpFS, router-based federation, newer NameNodes."""
import json, os, shutil

PORT = int(os.environ.get('STACK_MATRIX_PORT', 18600)) + 40
HTTP, RPC, ADMIN = PORT, PORT + 1, PORT + 2             # of what goldsync asks
STANDBY_HTTP, STANDBY_RPC = PORT + 3, PORT + 4
DN, DN_HTTP, DN_IPC = PORT + 5, PORT + 6, PORT + 7
HADOOP = '3.4.2'
HADOOP_NEXT = '3.5.0'

SUITES = ['test/storages/webhdfs.stack.test.ts', 'test/e2e/hybrid.stack.test.ts']
NEEDS = ['python', 'hdfs', 'metastore', 'trino', 'glue']


def settings(stack, home, name, core, **sites):
    """A folder of settings and of the empty web pages that servers want; @param sites properties by file: hdfs for hdfs-site.xml"""
    conf = f'{home}/{name}'
    stack.site(f'{conf}/core-site.xml', {**stack.core_site(), **core, 'hadoop.tmp.dir': f'{home}/tmp'})
    for file, props in sites.items():
        stack.site(f'{conf}/{file.replace("_", "-")}-site.xml', props)
    for app in ('hdfs', 'datanode', 'router', 'static'):
        os.makedirs(f'{conf}/webapps/{app}', exist_ok=True)
    shutil.copy(f'{stack.hdfs_conf()}/log4j.properties', f'{conf}/log4j.properties')
    return conf


def java(stack, conf, jars, main, *args, options=()):
    return dict(cmd=stack.java((17, 21), '256m', *stack.OPENS, *options, '-cp', f'{conf}:{stack.classpath(jars)}', main, *args),
                env={'HADOOP_USER_NAME': 'hdfs'})


def answers(stack, port=HTTP):
    return stack.fetch(f'http://{stack.HOST}:{port}/webhdfs/v1/?op=GETFILESTATUS&user.name=hdfs')


# ---------------------------------------------------------------- HttpFS, and a router, over the stack's HDFS

def httpfs(stack, home):
    conf = settings(stack, home, 'conf', {}, httpfs={
        'httpfs.http.hostname': stack.HOST, 'httpfs.http.port': HTTP, 'httpfs.hadoop.config.dir': stack.hdfs_conf()})
    stack.write(f'{conf}/httpfs-signature.secret', os.urandom(16).hex())
    for folder in ('log', 'temp'):
        os.makedirs(f'{home}/{folder}', exist_ok=True)
    folders = [f'-Dhttpfs.{k}.dir={v}' for k, v in (('home', home), ('config', conf), ('log', f'{home}/log'), ('temp', f'{home}/temp'))]
    return java(stack, conf, 'matrix/hadoop-gateways', 'org.apache.hadoop.fs.http.server.HttpFSServerWebServer', options=folders)


def router(stack, home):
    namenode = f'{stack.HOST}:{stack.P["nn"]}'
    prefix = 'dfs.federation.router'
    conf = settings(stack, home, 'conf', {'fs.defaultFS': f'hdfs://{stack.HOST}:{RPC}'}, hdfs={
        'dfs.nameservices': 'ns0', 'dfs.namenode.rpc-address.ns0': namenode,
        'dfs.namenode.http-address.ns0': f'{stack.HOST}:{stack.P["nn_http"]}',
    }, hdfs_rbf={
        f'{prefix}.rpc-address': f'{stack.HOST}:{RPC}', f'{prefix}.http-address': f'{stack.HOST}:{HTTP}',
        f'{prefix}.admin-address': f'{stack.HOST}:{ADMIN}', f'{prefix}.default.nameserviceId': 'ns0',
        f'{prefix}.monitor.namenode': 'ns0', f'{prefix}.monitor.localnamenode.enable': 'false', f'{prefix}.safemode.enable': 'false',
        f'{prefix}.heartbeat.interval': 1000, f'{prefix}.handler.count': 8, f'{prefix}.connection.creator.queue-size': 20,
        f'{prefix}.store.driver.class': 'org.apache.hadoop.hdfs.server.federation.store.driver.impl.StateStoreFileImpl',
        f'{prefix}.store.driver.file.directory': f'{home}/store'})
    return java(stack, conf, 'matrix/hadoop-gateways', 'org.apache.hadoop.hdfs.server.federation.router.DFSRouter')


def gateway(name, title, make):
    process = f'matrix-{name}'
    return dict(
        version=f'{title} {HADOOP}', suites=SUITES, needs=NEEDS, processes=[process],
        up=lambda stack: stack.start(process, lambda: answers(stack), lambda: make(stack, stack.matrix_home(name))),
        env=lambda stack: {**stack.env_lines(), 'WEBHDFS_GATEWAY': f'http://{stack.HOST}:{HTTP}'})


# ---------------------------------------------------------------- a newer HDFS with two NameNodes, the one in standby asked first

NAMENODE = 'org.apache.hadoop.hdfs.server.namenode.NameNode'
PAIR = 'namenode-3.5.0'


def pair_settings(stack, home, which):
    """For one of the NameNodes (a, b), or for the DataNode."""
    https = {'a': (HTTP, RPC), 'b': (STANDBY_HTTP, STANDBY_RPC)}
    addresses = {f'dfs.namenode.{kind}-address.ns.{nn}': f'{stack.HOST}:{ports[kind == "rpc"]}'
                 for nn, ports in https.items() for kind in ('http', 'rpc')}
    return settings(stack, home, f'conf-{which}', {'fs.defaultFS': 'hdfs://ns'}, hdfs={
        **addresses, 'dfs.nameservices': 'ns', 'dfs.ha.namenodes.ns': 'a,b', **({'dfs.ha.namenode.id': which} if which in https else {}),
        'dfs.namenode.name.dir': f'file://{home}/name-{which}', 'dfs.namenode.shared.edits.dir': f'file://{home}/edits',
        'dfs.client.failover.proxy.provider.ns': 'org.apache.hadoop.hdfs.server.namenode.ha.ConfiguredFailoverProxyProvider',
        'dfs.ha.fencing.methods': 'shell(/bin/true)', 'dfs.replication': 1, 'dfs.permissions.superusergroup': 'supergroup',
        'dfs.datanode.data.dir': f'file://{home}/blocks', 'dfs.datanode.address': f'{stack.HOST}:{DN}',
        'dfs.datanode.http.address': f'{stack.HOST}:{DN_HTTP}', 'dfs.datanode.ipc.address': f'{stack.HOST}:{DN_IPC}',
        'dfs.datanode.hostname': stack.HOST, 'dfs.namenode.datanode.registration.ip-hostname-check': 'false',
        'dfs.namenode.safemode.extension': 0, 'dfs.heartbeat.interval': 1, 'dfs.datanode.du.reserved': 0,
        'dfs.client.block.write.locateFollowingBlock.initial.delay.ms': 10, 'dfs.client.block.write.locateFollowingBlock.retries': 10})


def up_pair(stack):
    home = stack.matrix_home(PAIR)
    conf = {which: pair_settings(stack, home, which) for which in ('a', 'b', 'data')}

    def hadoop(which, main, *args):
        return java(stack, conf[which], 'matrix/hadoop-3.5', main, *args)

    def once(which, main, *args):
        command = hadoop(which, main, *args)
        stack.run(command['cmd'], env={**os.environ, **command['env']}, cwd=home)

    def namenode(which, *prepare):
        def make():
            if not os.path.exists(f'{home}/name-{which}/current/VERSION'):
                once(which, NAMENODE, *prepare)
            return hadoop(which, NAMENODE)
        return make

    def live():
        bean = json.loads(stack.fetch(f'http://{stack.HOST}:{HTTP}/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState'))['beans'][0]
        return bean['FSState'] == 'Operational' and bean['NumLiveDataNodes'] >= 1

    stack.start(f'matrix-{PAIR}-a', lambda: stack.listening(HTTP) and stack.listening(RPC), namenode('a', '-format', '-nonInteractive', '-force'))
    stack.start(f'matrix-{PAIR}-b', lambda: stack.listening(STANDBY_HTTP) and stack.listening(STANDBY_RPC), namenode('b', '-bootstrapStandby', '-nonInteractive', '-force'))
    once('a', 'org.apache.hadoop.hdfs.tools.DFSHAAdmin', '-transitionToActive', 'a')
    stack.start(f'matrix-{PAIR}-data', live, lambda: hadoop('data', 'org.apache.hadoop.hdfs.server.datanode.DataNode'))
    for path in ('/tmp', '/golden'):
        stack.fetch(f'http://{stack.HOST}:{HTTP}/webhdfs/v1{path}?op=MKDIRS&permission=777&user.name=hdfs', 'PUT')


def pair_env(stack):
    return {**stack.env_lines(), 'HDFS_URI': f'hdfs://{stack.HOST}:{RPC}', 'WEBHDFS_URL': f'http://{stack.HOST}:{HTTP}/webhdfs/v1',
            'WEBHDFS_GATEWAY': f'http://{stack.HOST}:{STANDBY_HTTP},http://{stack.HOST}:{HTTP}'}


ENTRIES = {
    'httpfs-3.4.2': gateway('httpfs-3.4.2', 'HttpFS', httpfs),
    'router-3.4.2': gateway('router-3.4.2', 'router (RBF)', router),
    PAIR: dict(version=f'two NameNodes {HADOOP_NEXT}', suites=SUITES, needs=NEEDS, up=up_pair, env=pair_env,
               processes=[f'matrix-{PAIR}-{which}' for which in ('a', 'b', 'data')]),
}
