"""A pipeline's servers, beside those of the stack: Kafka and Flink, and an HDFS and a metastore that tests may break.

The metastore is a second one over the stack's own tables, so that Trino and HiveServer2 need not be restarted to see what is written by it.
"""
import json, os

PROCESSES = ['pipeline-namenode', 'pipeline-datanode', 'pipeline-metastore', 'pipeline-kafka', 'pipeline-jobmanager', 'pipeline-taskmanager']
NEEDS = ['metastore', 'trino', 'hiveserver2']
JDK = (17, 21)
NAMES = ['nn', 'nn_http', 'dn', 'dn_http', 'dn_ipc', 'metastore', 'kafka', 'controller', 'flink', 'jobmanager', 'taskmanager']
# What Flink's own scripts add for JDK 17.
OPENS = [f'--add-opens=java.base/{p}=ALL-UNNAMED' for p in ('java.util.concurrent.locks', 'java.lang.invoke', 'sun.security.x509')]


def ports(stack):
    first = stack.port('PIPELINE', 18900)
    return {name: first + at for at, name in enumerate(NAMES)}


def env(stack):
    p = ports(stack)
    return {'PIPELINE_HDFS_URI': f'hdfs://{stack.HOST}:{p["nn"]}', 'PIPELINE_WEBHDFS': f'http://{stack.HOST}:{p["nn_http"]}',
            'PIPELINE_METASTORE_URI': f'thrift://{stack.HOST}:{p["metastore"]}', 'PIPELINE_KAFKA': f'{stack.HOST}:{p["kafka"]}',
            'PIPELINE_FLINK_URL': f'http://{stack.HOST}:{p["flink"]}', 'PIPELINE_BIN': f'{stack.HOME}/conf/pipeline/bin',
            'PIPELINE_HADOOP_CONF': f'{stack.HOME}/conf/pipeline/hadoop'}


def up(stack):
    up_hdfs(stack)
    up_metastore(stack)
    up_kafka(stack)
    up_flink(stack)
    write_tools(stack)


# ---------------------------------------------------------------- HDFS and the metastore

def hadoop_conf(stack):
    p, conf, data = ports(stack), f'{stack.HOME}/conf/pipeline/hadoop', f'{stack.HOME}/data/pipeline/hdfs'
    stack.site(f'{conf}/core-site.xml', {**stack.core_site(), 'fs.defaultFS': f'hdfs://{stack.HOST}:{p["nn"]}',
                                         'hadoop.tmp.dir': f'{stack.HOME}/tmp/pipeline'})
    stack.site(f'{conf}/hdfs-site.xml', {
        **stack.hdfs_site(), 'dfs.namenode.rpc-address': f'{stack.HOST}:{p["nn"]}', 'dfs.namenode.http-address': f'{stack.HOST}:{p["nn_http"]}',
        'dfs.namenode.name.dir': f'file://{data}/name', 'dfs.datanode.data.dir': f'file://{data}/data',
        'dfs.datanode.address': f'{stack.HOST}:{p["dn"]}', 'dfs.datanode.http.address': f'{stack.HOST}:{p["dn_http"]}',
        'dfs.datanode.ipc.address': f'{stack.HOST}:{p["dn_ipc"]}'})
    stack.hadoop_pages(conf)
    return conf


def up_hdfs(stack):
    p, name = ports(stack), f'{stack.HOME}/data/pipeline/hdfs/name'
    conf = hadoop_conf(stack)

    def hdfs(kind, *args):
        main = f'org.apache.hadoop.hdfs.server.{kind.lower()}.{kind}'
        return dict(cmd=stack.java((11, 21), '192m', *stack.OPENS, '-cp', f'{conf}:{stack.classpath("hadoop")}', main, *args),
                    env={'HADOOP_USER_NAME': 'hdfs'})

    def namenode():
        command = hdfs('NameNode')
        if not os.path.exists(f'{name}/current/VERSION'):
            stack.run([*command['cmd'], '-format', '-nonInteractive', '-force'], env={**os.environ, **command['env']}, cwd=stack.HOME)
        return command

    def state():
        address = f'http://{stack.HOST}:{p["nn_http"]}/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState'
        return json.loads(stack.fetch(address))['beans'][0]['NumLiveDataNodes'] == 1

    stack.start('pipeline-namenode', lambda: stack.fetch(f'http://{stack.HOST}:{p["nn_http"]}/webhdfs/v1/?op=GETFILESTATUS'), namenode)
    stack.start('pipeline-datanode', state, lambda: hdfs('DataNode'))


def up_metastore(stack):
    p = ports(stack)['metastore']
    stack.start('pipeline-metastore', lambda: stack.metastore_status(p),
                lambda: stack.hive_java('metastore', '320m', 'org.apache.hadoop.hive.metastore.HiveMetaStore', '-p', str(p)))


# ---------------------------------------------------------------- Kafka

def up_kafka(stack):
    p, home = ports(stack), f'{stack.HOME}/data/pipeline/kafka'
    settings = f'{stack.HOME}/conf/pipeline/server.properties'

    def java(heap, main, *args):
        return stack.java(JDK, heap, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn', '-Dorg.slf4j.simpleLogger.showDateTime=true',
                          '-cp', stack.classpath('pipeline/kafka'), main, *args)

    def make():
        stack.properties(settings, {
            'process.roles': 'broker,controller', 'node.id': 1, 'controller.quorum.voters': f'1@{stack.HOST}:{p["controller"]}',
            'listeners': f'PLAINTEXT://{stack.HOST}:{p["kafka"]},CONTROLLER://{stack.HOST}:{p["controller"]}',
            'advertised.listeners': f'PLAINTEXT://{stack.HOST}:{p["kafka"]}', 'controller.listener.names': 'CONTROLLER', 'log.dirs': home,
            'num.partitions': 2, 'auto.create.topics.enable': 'false', 'group.initial.rebalance.delay.ms': 0, 'num.network.threads': 2, 'num.io.threads': 4,
            # inner topics of one broker, and few partitions of each: by default 50, of three replicas
            **{f'{topic}.replication.factor': 1 for topic in ('offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic')},
            **{f'{topic}.min.isr': 1 for topic in ('transaction.state.log', 'share.coordinator.state.topic')},
            **{f'{topic}.num.partitions': 2 for topic in ('offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic')},
            'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024})
        if not os.path.exists(f'{home}/meta.properties'):
            stack.run(java('64m', 'kafka.tools.StorageTool', 'format', '--config', settings, '--cluster-id', 'Z29sZGVuLXN0YWNrLWthZg'))
        return dict(cmd=java('256m', 'kafka.Kafka', settings))

    stack.start('pipeline-kafka', lambda: stack.listening(p['kafka']), make)


# ---------------------------------------------------------------- Flink

def up_flink(stack):
    p, conf = ports(stack), f'{stack.HOME}/conf/pipeline/flink'
    address = f'http://{stack.HOST}:{p["flink"]}'

    def configure():
        stack.write(f'{conf}/config.yaml', ''.join(f'{key}: {value}\n' for key, value in flink_settings(stack).items()))
        log = {'status': 'error', 'appender.c.type': 'Console', 'appender.c.name': 'c', 'appender.c.layout.type': 'PatternLayout',
               'appender.c.layout.pattern': '%d{ISO8601} %p %c{2}: %m%n', 'rootLogger.appenderRef.c.ref': 'c'}
        stack.properties(f'{conf}/tools.properties', {**log, 'rootLogger.level': 'fatal'})
        stack.properties(f'{conf}/server.properties', {
            **log, 'rootLogger.level': 'warn',
            'logger.a.name': 'org.apache.flink.runtime.executiongraph.ExecutionGraph', 'logger.a.level': 'info',
            'logger.b.name': 'org.apache.flink.runtime.checkpoint', 'logger.b.level': 'info',
            # each committer warns of a name that two of Flink's own metrics have
            'logger.c.name': 'org.apache.flink.metrics.MetricGroup', 'logger.c.level': 'error',
            'logger.d.name': 'org.apache.flink.runtime.metrics.groups', 'logger.d.level': 'error'})

    def flink(heap, main):
        configure()
        return dict(cmd=[*flink_java(stack, heap), main, '--configDir', conf], env=environment(stack))

    def overview():
        return json.loads(stack.fetch(f'{address}/overview'))

    stack.start('pipeline-jobmanager', overview, lambda: flink('320m', 'org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint'))
    stack.start('pipeline-taskmanager', lambda: stack.listening(p['taskmanager']) and overview()['taskmanagers'] > 0,
                lambda: flink('448m', 'org.apache.flink.runtime.taskexecutor.TaskManagerRunner'))


def flink_java(stack, heap, role='server'):
    conf = f'{stack.HOME}/conf/pipeline'
    return stack.java(JDK, heap, *stack.OPENS, *OPENS, f'-Dlog4j2.configurationFile={conf}/flink/{role}.properties', '-XX:MaxMetaspaceSize=256m',
                      '-XX:TieredStopAtLevel=1',      # what it compiles less is worth more here than what would be quicker later
                      '-cp', f'{conf}/hadoop:{stack.classpath("pipeline/flink")}')


def environment(stack):
    conf = f'{stack.HOME}/conf/pipeline'
    return {'HADOOP_USER_NAME': 'flink', 'FLINK_CONF_DIR': f'{conf}/flink', 'HADOOP_CONF_DIR': f'{conf}/hadoop'}


def flink_settings(stack):
    p, hdfs = ports(stack), env(stack)['PIPELINE_HDFS_URI']
    return {
        'jobmanager.rpc.address': stack.HOST, 'jobmanager.rpc.port': p['jobmanager'], 'jobmanager.bind-host': stack.HOST,
        'rest.address': stack.HOST, 'rest.port': p['flink'], 'rest.bind-address': stack.HOST,
        'taskmanager.host': stack.HOST, 'taskmanager.bind-host': stack.HOST, 'taskmanager.rpc.port': p['taskmanager'], 'taskmanager.numberOfTaskSlots': 4,
        # what Flink's start scripts work out from one size
        'taskmanager.cpu.cores': 2, 'taskmanager.memory.task.heap.size': '320m', 'taskmanager.memory.task.off-heap.size': '0m',
        'taskmanager.memory.framework.heap.size': '96m', 'taskmanager.memory.framework.off-heap.size': '64m',
        'taskmanager.memory.network.min': '32m', 'taskmanager.memory.network.max': '32m', 'taskmanager.memory.managed.size': '32m',
        'taskmanager.memory.jvm-metaspace.size': '256m', 'taskmanager.memory.jvm-overhead.min': '64m', 'taskmanager.memory.jvm-overhead.max': '64m',
        'heartbeat.interval': 2000, 'heartbeat.timeout': 20000,
        'execution.checkpointing.dir': f'{hdfs}/flink/checkpoints', 'execution.checkpointing.savepoint-dir': f'{hdfs}/flink/savepoints',
        'execution.checkpointing.externalized-checkpoint-retention': 'RETAIN_ON_CANCELLATION',
        'restart-strategy.type': 'fixed-delay', 'restart-strategy.fixed-delay.attempts': 2147483647, 'restart-strategy.fixed-delay.delay': '2 s',
        'io.tmp.dirs': stack.tmpdir(), 'classloader.check-leaked-classloader': 'false',
    }


def write_tools(stack):
    """In $PIPELINE_BIN: `flink` and `sql-client.sh` of Flink's archive, which is not on Maven Central; `dfsadmin`; `kafka-java` and `kafka-javac` with Kafka's client."""
    hadoop, kafka = (f'{stack.HOME}/conf/pipeline/hadoop:{stack.classpath("hadoop")}', stack.classpath('pipeline/kafka'))
    quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'
    tools = {
        'flink': [*flink_java(stack, '192m', 'tools'), 'org.apache.flink.client.cli.CliFrontend'],
        'sql-client.sh': [*flink_java(stack, '256m', 'tools'), 'org.apache.flink.table.client.SqlClient'],
        'dfsadmin': [*stack.java((11, 21), '64m', '-XX:TieredStopAtLevel=1', '-cp', hadoop), 'org.apache.hadoop.hdfs.tools.DFSAdmin'],
        'kafka-java': stack.java(JDK, '96m', quiet, '-XX:TieredStopAtLevel=1', '-cp', f'dist/pipeline/kafka:{kafka}'),
        'kafka-javac': [f'{stack.java_home(*JDK)}/bin/javac', '-J-XX:TieredStopAtLevel=1', '-cp', kafka],
    }
    at = tools['sql-client.sh'].index('-cp') + 1
    tools['sql-client.sh'][at] += f':{stack.classpath("pipeline/flink-sql-client")}'
    user = {'dfsadmin': 'hdfs'}
    for name, command in tools.items():
        exports = ' '.join(f"{key}='{value}'" for key, value in {**environment(stack), 'HADOOP_USER_NAME': user.get(name, 'flink')}.items())
        words = ' '.join(f"'{word}'" for word in command)
        path = f'{env(stack)["PIPELINE_BIN"]}/{name}'
        stack.write(path, f'#!/bin/sh\nexport {exports}\nexec {words} "$@"\n')
        os.chmod(path, 0o755)
