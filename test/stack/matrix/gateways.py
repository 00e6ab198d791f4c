"""HDFS behind gateways: HttpFS, router-based federation."""
import os, shutil

PORT = int(os.environ.get('STACK_MATRIX_PORT', 18600)) + 40
HTTP, RPC, ADMIN = PORT, PORT + 1, PORT + 2             # of what goldsync asks
HADOOP = '3.4.2'

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


ENTRIES = {
    'httpfs-3.4.2': gateway('httpfs-3.4.2', 'HttpFS', httpfs),
    'router-3.4.2': gateway('router-3.4.2', 'router (RBF)', router),
}
