"""Servers that speak S3, each with an empty store of its own."""
import os, shutil, subprocess, sys, uuid

PORT = int(os.environ.get('STACK_MATRIX_PORT', 18600)) + 60
SPARE = PORT + 1                                # more ports that a server wants, and nobody asks
KEY, SECRET = 'matrixkey', 'matrixsecret'

SUITES = ['test/storages/s3.stack.test.ts', 'test/e2e/hybrid.stack.test.ts']
NEEDS = ['python', 'hdfs', 'metastore', 'trino', 'glue']


def entry(version, name, make, limits=''):
    """@param limits: what it cannot do, as test/support/limits.ts names it"""
    process = f'matrix-{name}'

    def up(stack):
        stack.start(process, lambda: stack.listening(PORT), lambda: make(stack, stack.matrix_home(name)))

    return dict(version=version, suites=SUITES, needs=NEEDS, processes=[process], up=up, env=lambda stack: {
        **stack.env_lines(), 'S3_ENDPOINT': f'http://{stack.HOST}:{PORT}', 'S3_ACCESS_KEY_ID': KEY, 'S3_SECRET_ACCESS_KEY': SECRET, 'SERVER_LIMITS': limits})


def folder(home):
    os.makedirs(f'{home}/data', exist_ok=True)
    return f'{home}/data'


# ---------------------------------------------------------------- versitygw, rclone, s3proxy, S3Mock

def versitygw(stack, home):
    return dict(cmd=[stack.go('github.com/versity/versitygw/cmd/versitygw', '1.8.0'), '--access', KEY, '--secret', SECRET,
                     '--port', f'{stack.HOST}:{PORT}', '--quiet', 'posix', folder(home)])


def rclone(stack, home):
    return dict(cmd=[stack.go('github.com/rclone/rclone', '1.76.0'), 'serve', 's3', '--addr', f'{stack.HOST}:{PORT}',
                     '--auth-key', f'{KEY},{SECRET}', '--config', f'{home}/none.conf', folder(home)])


def s3proxy(stack, home):
    stack.properties(f'{home}/s3proxy.conf', {
        's3proxy.endpoint': f'http://{stack.HOST}:{PORT}', 's3proxy.authorization': 'aws-v2-or-v4', 's3proxy.identity': KEY,
        's3proxy.credential': SECRET, 'jclouds.provider': 'filesystem-nio2', 'jclouds.filesystem.basedir': folder(home)})
    return dict(cmd=stack.java((17, 99), '256m', '-cp', stack.classpath('matrix/s3proxy'), 'org.gaul.s3proxy.Main',
                               '--properties', f'{home}/s3proxy.conf'))


def s3mock(stack, home):
    return dict(cmd=stack.java((17, 99), '384m', '-cp', stack.classpath('matrix/s3mock'), 'com.adobe.testing.s3mock.S3MockApplication',
                               f'--server.address={stack.HOST}', f'--http.port={PORT}', f'--server.port={SPARE}',
                               f'--vectors.http.port={SPARE + 1}', f'--vectors.https.port={SPARE + 2}',
                               f'--com.adobe.testing.s3mock.store.root={folder(home)}'))


# ---------------------------------------------------------------- Ceph: a monitor, a store in memory and the gateway

CEPH = '16.2.15'                                # what Debian 12 has
CEPH_PROCESSES = [f'matrix-ceph-{part}' for part in ('mon', 'osd', 'rgw')]


def up_ceph(stack):
    if not all(map(shutil.which, ('ceph', 'ceph-mon', 'ceph-osd', 'radosgw'))):
        sys.exit('stack: no Ceph; Debian: apt-get install --no-install-recommends ceph-common ceph-mon ceph-osd radosgw')
    home, mon, fsid = stack.matrix_home(f'ceph-{CEPH}'), f'{stack.HOST}:{PORT + 10}', str(uuid.uuid4())
    conf = f'{home}/ceph.conf'

    def tool(name, *args):
        return stack.run([name, '-c', conf, *args], cwd=home)

    def asked(name, *args):
        return subprocess.run([name, '-c', conf, *args], cwd=home, capture_output=True, text=True, timeout=60).stdout

    def daemon(name, *args):
        return dict(cmd=[name, '-f', '-c', conf, *args], cwd=home)

    def monitor():
        shutil.rmtree(home, ignore_errors=True)
        os.makedirs(f'{home}/mon')
        os.makedirs(f'{home}/osd')
        stack.properties(conf, {
            '[global]\nfsid': fsid, 'mon host': f'v1:{mon}', 'ms bind msgr2': 'false', 'public addr': stack.HOST,
            'ms bind port min': PORT + 11, 'ms bind port max': PORT + 25, 'auth cluster required': 'none', 'auth service required': 'none',
            'auth client required': 'none', 'mon data': f'{home}/mon', 'osd data': f'{home}/osd', 'run dir': home, 'crash dir': home,
            'admin socket': '', 'log file': '', 'log to stderr': 'true', 'err to stderr': 'true', 'mon cluster log file': '/dev/null',
            'osd objectstore': 'memstore', 'memstore device bytes': 1 << 30, 'osd crush chooseleaf type': 0, 'mon allow pool size one': 'true',
            'osd pool default size': 1, 'osd pool default min size': 1, 'osd pool default pg num': 4,
            'osd pool default pg autoscale mode': 'off', 'osd memory target': 1 << 29, 'rgw thread pool size': 32})
        stack.run(['monmaptool', '--create', '--fsid', fsid, '--addv', 'a', f'[v1:{mon}]', f'{home}/monmap'])
        tool('ceph-mon', '--mkfs', '-i', 'a', '--monmap', f'{home}/monmap')
        return daemon('ceph-mon', '-i', 'a')

    def osd():
        own = str(uuid.uuid4())
        tool('ceph', 'osd', 'new', own, '0')
        tool('ceph', 'osd', 'crush', 'add', 'osd.0', '1.0', 'root=default', 'host=matrix')
        tool('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', own)
        return daemon('ceph-osd', '-i', '0')

    begin = [(lambda: 'quorum' in asked('ceph', '--connect-timeout', '5', 'mon', 'stat'), monitor),
             (lambda: '1 up' in asked('ceph', '--connect-timeout', '5', 'osd', 'stat'), osd),
             (lambda: stack.listening(PORT), lambda: daemon('radosgw', '-n', 'client.rgw.matrix', f'--rgw-frontends=beast endpoint={stack.HOST}:{PORT}'))]
    for process, (ready, make) in zip(CEPH_PROCESSES, begin):
        stack.start(process, ready, make)
    if 'matrix' not in tool('radosgw-admin', 'user', 'list'):
        tool('radosgw-admin', 'user', 'create', '--uid=matrix', '--display-name=matrix', f'--access-key={KEY}', f'--secret-key={SECRET}')


ENTRIES = {
    'versitygw-1.8.0': entry('versitygw 1.8.0', 'versitygw-1.8.0', versitygw, 'empty-names,control-characters'),
    'rclone-1.76.0': entry('rclone 1.76.0 serve s3', 'rclone-1.76.0', rclone, 'empty-names'),
    's3proxy-4.1.0': entry('s3proxy 4.1.0', 's3proxy-4.1.0', s3proxy, 'empty-names'),
    f'ceph-{CEPH}': {**entry(f'Ceph RGW {CEPH}', f'ceph-{CEPH}', None), 'up': up_ceph, 'processes': CEPH_PROCESSES},
    's3mock-5.2.0': entry('Adobe S3Mock 5.2.0', 's3mock-5.2.0', s3mock, 'backslashes'),
}
