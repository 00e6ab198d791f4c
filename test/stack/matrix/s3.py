"""Servers that speak S3, each with an empty store of its own."""
import os

PORT = int(os.environ.get('STACK_MATRIX_PORT', 18600)) + 60
SPARE = PORT + 1                                # more ports that a server wants, and nobody asks
KEY, SECRET = 'matrixkey', 'matrixsecret'

SUITES = ['test/storages/s3.stack.test.ts', 'test/e2e/hybrid.stack.test.ts']
NEEDS = ['python', 'hdfs', 'metastore', 'trino', 'glue']


def entry(version, name, make):
    process = f'matrix-{name}'

    def up(stack):
        stack.start(process, lambda: stack.listening(PORT), lambda: make(stack, stack.matrix_home(name)))

    return dict(version=version, suites=SUITES, needs=NEEDS, processes=[process], up=up, env=lambda stack: {
        **stack.env_lines(), 'S3_ENDPOINT': f'http://{stack.HOST}:{PORT}', 'S3_ACCESS_KEY_ID': KEY, 'S3_SECRET_ACCESS_KEY': SECRET})


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


ENTRIES = {
    'versitygw-1.8.0': entry('versitygw 1.8.0', 'versitygw-1.8.0', versitygw),
    'rclone-1.76.0': entry('rclone 1.76.0 serve s3', 'rclone-1.76.0', rclone),
    's3proxy-4.1.0': entry('s3proxy 4.1.0', 's3proxy-4.1.0', s3proxy),
    's3mock-5.2.0': entry('Adobe S3Mock 5.2.0', 's3mock-5.2.0', s3mock),
}
