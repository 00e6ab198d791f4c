"""Waggle Dance, a proxy that passes calls on to the metastore of their database, over metastores of the stack and over the newest."""
import json
import matrix_metastores as metastores

VERSION, PORT = '3.13.4', 18690
LIMITS = {'SERVER_LIMITS': 'catalogs'}           # as test/support/limits.ts names them
SUITES = ['test/catalogs/metastore.stack.test.ts', 'test/catalogs/metastore-servers.stack.test.ts']


def start(stack, name, port):
    """@param port: of the metastore behind it"""
    conf = stack.matrix_home(name)

    def make():
        stack.write(f'{conf}/server.yml', f'port: {PORT}\n')
        stack.write(f'{conf}/federation.yml', 'primary-meta-store: ' + json.dumps({     # JSON is YAML
            'name': 'primary', 'database-prefix': '', 'access-control-type': 'READ_AND_WRITE_AND_CREATE',
            'remote-meta-store-uris': f'thrift://{stack.HOST}:{port}'}) + '\n')
        stack.write(f'{conf}/log4j2.xml', '<Configuration status="error"><Appenders><Console name="c"/></Appenders>'
                                          '<Loggers><Root level="warn"><AppenderRef ref="c"/></Root></Loggers></Configuration>')
        return dict(cmd=[
            *stack.java((11, 21), '256m'), *stack.OPENS, f'-Dlogging.config=file:{conf}/log4j2.xml', '-Dserver.port=0',
            '-cp', stack.classpath('waggle-dance'), 'com.hotels.bdp.waggledance.WaggleDance',
            f'--server-config=file://{conf}/server.yml', f'--federation-config=file://{conf}/federation.yml'])

    stack.start('waggle_dance', lambda: stack.metastore_status(PORT), make)


def entry(version, component, metastore, addresses):
    """@param metastore: the key of its port in the stack's P"""
    name = f'waggle-dance-{version}'
    return name, dict(
        version=f'{VERSION} over {version}', needs=['python', 'hdfs', 'postgres', component, 'trino'], suites=SUITES,
        processes=['waggle_dance'], up=lambda stack: start(stack, name, stack.P[metastore]), env=addresses)


def over_newest(version, jdk, jars, schema, more):
    """With a metastore, a database and a Trino of its own."""
    name = f'waggle-dance-{version}'

    def up(stack):
        metastores.serve(stack, name, jdk, jars(stack), lambda: metastores.new_postgres(stack, name, schema(stack), more))
        start(stack, name, metastores.PORT)

    return name, dict(
        version=f'{VERSION} over {version}', needs=metastores.NEEDS, suites=SUITES, up=up,
        processes=[f'matrix-{name}', f'matrix-{name}-trino', 'waggle_dance'],
        env=lambda stack: {**metastores.env_of(stack, name, version), 'HMS_URI': f'thrift://{stack.HOST}:{PORT}', 'HMS_PORT': str(PORT), **LIMITS})


# The suites run against two metastores: the other one is where nobody listens.
ENTRIES = dict([
    entry('3.1.3', 'metastore3', 'hms3', lambda stack: {
        **stack.env_lines(), 'HMS3_URI': f'thrift://{stack.HOST}:{PORT}', 'HMS_PORT': '1', **LIMITS}),
    entry('4.0.1', 'metastore', 'hms', lambda stack: {
        **stack.env_lines(), 'HMS_PORT': str(PORT), 'HMS3_URI': f'thrift://{stack.HOST}:1', **LIMITS}),
    over_newest(*metastores.NEWEST),
])
