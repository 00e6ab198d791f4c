"""Hive metastores of other versions, each with a database of its own and a small Trino over it."""
import os, shutil, sys

PORT = int(os.environ.get('STACK_MATRIX_PORT', 18600))
TRINO_PORT, MARIADB_PORT = PORT + 1, PORT + 2

NEEDS = ['python', 'hdfs', 'postgres']
SUITES = [f'test/{suite}.test.ts' for suite in (
    'catalogs/metastore.stack', 'catalogs/metastore-servers.stack', 'catalogs/metastore-concurrency.stack', 'catalogs/metastore-statistics.stack',
    'e2e/upkeep.stack', 'e2e/statistics')]

# What the scripts of 4.1 and 4.2 have otherwise than 4.0's: they are not on Maven Central.
OF_4_1 = [
    *(f'alter table "{table}" ' + ', '.join(f'drop column "{column}"' for column in columns.split()) for table, columns in (
        ('TAB_COL_STATS', 'CAT_NAME DB_NAME TABLE_NAME'), ('PART_COL_STATS', 'CAT_NAME DB_NAME TABLE_NAME PARTITION_NAME'))),
    'alter table "TBLS" drop constraint "UNIQUETABLE"', 'alter table "TBLS" add constraint "UNIQUETABLE" unique ("DB_ID", "TBL_NAME")',
]
OF_4_2 = [*OF_4_1, 'create table "CATALOG_PARAMS" ("CTLG_ID" bigint not null, "PARAM_KEY" varchar(256) not null, "PARAM_VALUE" text, '
          'primary key ("CTLG_ID", "PARAM_KEY"))']
DATANUCLEUS_5, DATANUCLEUS_6 = (
    {'datanucleus.core.version': core, 'datanucleus.rdbms.version': core, 'datanucleus.jdo.version': jdo}
    for core, jdo in (('5.2.10', '5.2.8'), ('6.0.10', '6.0.3')))


def sql_scripts(stack, kind):
    """The folder of the scripts of Hive 4.0, which the archive of 4.0.1 holds."""
    return stack.unpacked('org.apache.hive', 'hive-standalone-metastore-server', stack.HIVE, 'tar.gz', 'bin',
                          members=['--wildcards', '*/scripts/metastore/upgrade/*']) + f'/scripts/metastore/upgrade/{kind}'


def schema_2_3(stack):
    """Hive 2's scripts are in the archive of 3.1.3: 1.2 and the steps to 2.3."""
    folder = stack.unpacked('org.apache.hive', 'hive-standalone-metastore', stack.HIVE3, 'tar.gz', 'bin') + '/scripts/metastore/upgrade/postgres'
    steps = ['1.2.0', '2.0.0', '2.1.0', '2.2.0', '2.3.0']
    return [f'{folder}/hive-schema-1.2.0.postgres.sql', *(f'{folder}/upgrade-{a}-to-{b}.postgres.sql' for a, b in zip(steps, steps[1:]))]


def schema_4(stack):
    return [f'{sql_scripts(stack, "postgres")}/hive-schema-4.0.0.postgres.sql']


def postgres(name):
    return f'matrix_{name.replace("-", "_").replace(".", "_")}'


def new_postgres(stack, name, files, more):
    if not stack.use_postgres():
        sys.exit('stack: the metastores of the matrix need PostgreSQL')
    database = postgres(name)
    stack.psql(f'drop database if exists {database} with (force)')
    stack.psql(f'create database {database}')
    psql = [f'{stack.pg_bin()}/psql', '-q', '-h', stack.HOST, '-p', str(stack.P['pg']), '-U', 'hive', '-d', database]
    for file in files:
        stack.run([*psql, '-f', file], cwd=os.path.dirname(file))
    for sql in more:
        stack.run([*psql, '-v', 'ON_ERROR_STOP=1', '-c', sql])
    return {'javax.jdo.option.ConnectionURL': f'jdbc:postgresql://{stack.HOST}:{stack.P["pg"]}/{database}',
            'javax.jdo.option.ConnectionDriverName': 'org.postgresql.Driver', 'javax.jdo.option.ConnectionUserName': 'hive',
            'javax.jdo.option.ConnectionPassword': 'hive'}


def mariadb(stack, name, file):
    """A server of its own, with the schema of Hive 4.0; the settings of the connection."""
    if not shutil.which('mariadbd', path='/usr/sbin:/usr/bin'):
        sys.exit('stack: no MariaDB server; Debian: apt-get install mariadb-server')
    data, socket = f'{stack.matrix_home(name)}/mariadb', f'/tmp/matrix-mariadb-{os.getuid()}.sock'
    user = ['--user=root'] if os.getuid() == 0 else []
    connect = ['mariadb', '--no-defaults', '-S', socket, '-u', 'root']

    def make():
        stack.run(['mariadb-install-db', '--no-defaults', f'--datadir={data}', '--skip-test-db', '--auth-root-authentication-method=normal', *user])
        return dict(cmd=['/usr/sbin/mariadbd', '--no-defaults', f'--datadir={data}', f'--socket={socket}', f'--port={MARIADB_PORT}',
                         f'--bind-address={stack.HOST}', '--innodb-buffer-pool-size=64M', '--innodb-flush-log-at-trx-commit=0', *user])

    stack.start(f'matrix-{name}-mariadb', lambda: stack.listening(MARIADB_PORT), make)
    stack.run([*connect, '-e', "create database if not exists hive character set latin1; "
               "create user if not exists hive@'127.0.0.1' identified by 'hive'; grant all on hive.* to hive@'127.0.0.1'"])
    if not stack.run([*connect, '-N', '-e', 'show tables in hive']):
        stack.run(['sh', '-c', f'exec {" ".join(connect)} hive < {os.path.basename(file)}'], cwd=os.path.dirname(file))
    return {'javax.jdo.option.ConnectionURL': f'jdbc:mariadb://{stack.HOST}:{MARIADB_PORT}/hive',
            'javax.jdo.option.ConnectionDriverName': 'org.mariadb.jdbc.Driver', 'javax.jdo.option.ConnectionUserName': 'hive',
            'javax.jdo.option.ConnectionPassword': 'hive'}


def serve(stack, name, jdk, jars, database):
    """One metastore and a Trino over it. database() makes it anew; the settings of the connection."""
    process, conf = f'matrix-{name}', f'{stack.matrix_home(name)}/conf'

    def make():
        stack.site(f'{conf}/core-site.xml', stack.core_site())
        stack.site(f'{conf}/hive-site.xml', {
            **database(), 'hive.metastore.warehouse.dir': '/user/hive/warehouse', 'hive.metastore.warehouse.external.dir': '/user/hive/warehouse',
            'hive.metastore.thrift.bind.host': stack.HOST, 'hive.metastore.port': PORT, 'metastore.thrift.port': PORT,
            'hive.metastore.schema.verification': 'false', 'hive.metastore.execute.setugi': 'true', 'hive.async.log.enabled': 'false',
            'hive.support.concurrency': 'true', 'hive.txn.manager': 'org.apache.hadoop.hive.ql.lockmgr.DbTxnManager',
            'hive.stats.autogather': 'false', 'datanucleus.connectionPool.maxPoolSize': 10,
            'datanucleus.connectionPoolingType': 'HikariCP', 'hive.metastore.server.min.threads': 8,
            'metastore.housekeeping.threads.on': 'false', 'metastore.compactor.initiator.on': 'false',
        })
        stack.properties(f'{conf}/log4j2.properties', {
            'status': 'error', 'appender.c.type': 'Console', 'appender.c.name': 'c', 'appender.c.layout.type': 'PatternLayout',
            'appender.c.layout.pattern': '%d{ISO8601} %p %c{2}: %m%n', 'rootLogger.level': 'warn', 'rootLogger.appenderRef.c.ref': 'c'})
        return dict(cmd=stack.java(jdk, '384m', *stack.OPENS, f'-Dlog4j2.configurationFile={conf}/log4j2.properties',
                                   f'-Dhive.log4j.file={conf}/log4j2.properties', '-cp', f'{conf}:{jars}',
                                   'org.apache.hadoop.hive.metastore.HiveMetaStore', '-p', str(PORT)),
                    env={'HADOOP_USER_NAME': 'hive', 'HIVE_CONF_DIR': conf, 'METASTORE_CONF_DIR': conf})

    stack.start(process, lambda: stack.metastore_status(PORT), make)
    stack.up_trino_over(f'{process}-trino', TRINO_PORT, f'thrift://{stack.HOST}:{PORT}')


def env_of(stack, name, version, **more):
    return {**stack.env_lines(), 'HMS_URI': f'thrift://{stack.HOST}:{PORT}', 'HMS_HOST': stack.HOST, 'HMS_PORT': PORT, 'HMS_VERSION': version,
            'METASTORE_DB_URL': f'postgresql://hive@{stack.HOST}:{stack.P["pg"]}/{postgres(name)}',
            # what the stack has over its own metastores is not there
            'HMS3_URI': f'thrift://{stack.HOST}:1', 'HS2_PORT': 1, 'PRESTO_URL': f'http://{stack.HOST}:1', 'TRINO_NEXT_URL': f'http://{stack.HOST}:1',
            'TRINO_URL': f'http://{stack.HOST}:{TRINO_PORT}', **more}


def entry(version, jdk, jars, schema, more=(), limits=''):
    """@param limits: what it cannot do, as test/support/limits.ts names it"""
    name = f'metastore-{version}'
    return name, dict(
        version=version, needs=NEEDS, suites=SUITES, processes=[f'matrix-{name}', f'matrix-{name}-trino'],
        up=lambda stack: serve(stack, name, jdk, jars(stack), lambda: new_postgres(stack, name, schema(stack), more)),
        env=lambda stack: env_of(stack, name, version, SERVER_LIMITS=limits))


def on_mariadb(version):
    name = f'metastore-{version}-mariadb'

    def up(stack):
        database = mariadb(stack, name, f'{sql_scripts(stack, "mysql")}/hive-schema-4.0.0.mysql.sql')
        serve(stack, name, (11, 21), hive4(version, '3.4.1', DATANUCLEUS_5)(stack), lambda: database)

    return name, dict(
        version=f'{version} on MariaDB', needs=NEEDS, suites=SUITES, up=up,
        processes=[f'matrix-{name}-mariadb', f'matrix-{name}', f'matrix-{name}-trino'],
        env=lambda stack: env_of(stack, name, version, METASTORE_DB_URL='', SERVER_LIMITS='other-scripts'))


def hive4(version, hadoop, datanucleus):
    return lambda stack: stack.classpath('matrix/hive4', **{'hive.version': version, 'hadoop.version': hadoop}, **datanucleus)


def on_stack(version, port, catalog, database, **needs):
    """One that the stack has anyway: nothing is started but what the stack starts."""
    return f'metastore-{version}', dict(
        version=version, suites=SUITES, **needs,
        env=lambda stack: {**env_of(stack, '', version), 'HMS_URI': f'thrift://{stack.HOST}:{stack.P[port]}', 'HMS_PORT': stack.P[port],
                           'METASTORE_DB_URL': stack.metastore_db_urls().get(database, ''), 'TRINO_URL': f'http://{stack.HOST}:{stack.P["trino"]}',
                           'TRINO_CATALOG': catalog})


# What a proxy stands before, too.
NEWEST = ('4.2.1', (25, 99), hive4('4.2.1', '3.5.0', DATANUCLEUS_6), schema_4, OF_4_2)

ENTRIES = dict([
    entry('2.3.10', (11, 17), lambda stack: stack.classpath('matrix/hive2'), schema_2_3, limits='nested-types,catalogs'),
    on_stack('3.1.3', 'hms3', 'hive3', 'METASTORE3_DB_URL', needs=['python', 'metastore3', 'trino']),
    entry('4.0.0', (11, 21), hive4('4.0.0', '3.4.1', DATANUCLEUS_5), schema_4),
    on_stack('4.0.1', 'hms', 'hive', 'METASTORE_DB_URL', needs=['python', 'metastore', 'trino']),
    on_mariadb('4.0.1'),
    entry('4.1.0', (17, 21), hive4('4.1.0', '3.4.1', DATANUCLEUS_6), schema_4, OF_4_1),
    entry(*NEWEST),
])
