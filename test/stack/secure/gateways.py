"""Gateways to the secure HDFS: HttpFS with Kerberos, Knox with passwords and bearer tokens."""
import os, subprocess, zipfile
import certificates, hdfs, kdc

PASSWORD = 'knox-secret'            # of goldsync, to Knox's topology `default`
TOPOLOGIES = {
    'default': ('authentication', 'ShiroProvider', {'users.goldsync': PASSWORD, 'urls./**': 'authcBasic'}),
    'token': ('federation', 'JWTProvider', {'knox.token.verification.pem': '{pem}', 'jwt.expected.issuer': 'golden-stack'}),
}
# Knox reaches into the JDK
OPENS = [f'--add-{kind}=java.base/sun.security.{p}=ALL-UNNAMED' for kind in ('opens', 'exports') for p in ('x509', 'util')]


def port(stack, name):
    return stack.secure_port(40 + ('httpfs', 'knox').index(name))


def address(stack, name):
    return f'https://{kdc.NAME}:{port(stack, name)}'


def home(stack, name):
    return f'{stack.HOME}/data/secure/{name}'


def status(stack, url, *options):
    """Of an answer; 0 where there is none."""
    curl = ['curl', '-s', '--noproxy', '*', '--cacert', f'{certificates.home(stack)}/ca.pem', '-o', '/dev/null', '-w', '%{http_code}', *options, url]
    return int(subprocess.run(curl, stdout=subprocess.PIPE, text=True).stdout or 0)


# ---------------------------------------------------------------- HttpFS

def httpfs(stack):
    conf, data = f'{stack.HOME}/conf/secure/httpfs', home(stack, 'httpfs')
    hdfs.write_settings(stack)
    stack.site(f'{conf}/core-site.xml', hdfs.core_site(stack))
    stack.site(f'{conf}/hdfs-site.xml', hdfs.client_site(stack))
    stack.site(f'{conf}/httpfs-site.xml', {
        'httpfs.http.hostname': kdc.NAME, 'httpfs.http.port': port(stack, 'httpfs'), 'httpfs.ssl.enabled': 'true',
        **{f'{prefix}.authentication.{k}': v for prefix in ('httpfs', 'hadoop.http') for k, v in (     # the name before Hadoop 3.3, and since
            ('type', 'kerberos'), ('signature.secret.file', f'{conf}/signature'),
            ('kerberos.principal', kdc.principal(f'HTTP/{kdc.NAME}')), ('kerberos.keytab', kdc.keytab(stack, 'http')))},
        'httpfs.hadoop.config.dir': conf, 'httpfs.hadoop.authentication.type': 'kerberos',
        'httpfs.hadoop.authentication.kerberos.principal': kdc.principal(f'httpfs/{kdc.NAME}'),
        'httpfs.hadoop.authentication.kerberos.keytab': kdc.keytab(stack, 'httpfs')})
    for file in ('ssl-server.xml', 'ssl-client.xml', 'signature'):
        stack.write(f'{conf}/{file}', open(f'{hdfs.conf(stack)}/{file}').read())
    stack.write(f'{conf}/httpfs-signature.secret', open(f'{hdfs.conf(stack)}/signature').read())
    stack.hadoop_pages(conf)
    for folder in ('log', 'temp'):
        os.makedirs(f'{data}/{folder}', exist_ok=True)
    folders = [f'-Dhttpfs.{k}.dir={v}' for k, v in (('home', data), ('config', conf), ('log', f'{data}/log'), ('temp', f'{data}/temp'))]
    return dict(cmd=stack.java((17, 21), '256m', *stack.OPENS, *kdc.java_options(stack), *folders,
                               '-cp', f'{conf}:{stack.classpath("matrix/hadoop-gateways")}',
                               'org.apache.hadoop.fs.http.server.HttpFSServerWebServer'))


def up_httpfs(stack):
    url = f'{address(stack, "httpfs")}/webhdfs/v1/?op=GETFILESTATUS'
    stack.start('secure-httpfs', lambda: status(stack, url) == 401, lambda: httpfs(stack))


# ---------------------------------------------------------------- Knox

def write_knox(stack, jars):
    data, where = home(stack, 'knox'), certificates.home(stack)
    stack.site(f'{data}/conf/gateway-site.xml', {
        'gateway.port': port(stack, 'knox'), 'gateway.path': 'gateway', 'gateway.hadoop.kerberos.secured': 'true',
        'java.security.krb5.conf': kdc.krb5_conf(stack), 'java.security.auth.login.config': f'{data}/jaas.conf', 'sun.security.krb5.debug': 'false',
        'gateway.tls.keystore.path': f'{where}/server.p12', 'gateway.tls.keystore.type': 'PKCS12', 'gateway.tls.key.alias': 'server'})
    stack.write(f'{data}/conf/META-INF/services/org.apache.knox.gateway.services.GatewayServices',
                'org.apache.knox.gateway.services.DefaultGatewayServices\n')
    stack.write(f'{data}/conf/gateway-log4j2.xml', '<Configuration><Appenders><Console name="c"><PatternLayout pattern="%d{ISO8601} %p %c{2}: %m%n"/>'
                '</Console></Appenders><Loggers><Root level="WARN"><AppenderRef ref="c"/></Root></Loggers></Configuration>')
    stack.write(f'{data}/jaas.conf', f"""com.sun.security.jgss.initiate {{
  com.sun.security.auth.module.Krb5LoginModule required doNotPrompt=true useKeyTab=true storeKey=true useTicketCache=false
  keyTab="{kdc.keytab(stack, 'knox')}"
  principal="{kdc.principal(f'knox/{kdc.NAME}')}";
}};
""")
    pem = ''.join(line.strip() for line in open(f'{where}/server.pem') if '-----' not in line)
    for name, (role, provider, params) in TOPOLOGIES.items():
        given = ''.join(f'<param><name>{k}</name><value>{v.replace("{pem}", pem)}</value></param>' for k, v in params.items())
        stack.write(f'{data}/conf/topologies/{name}.xml', f"""<topology><gateway>
  <provider><role>{role}</role><name>{provider}</name><enabled>true</enabled>{given}</provider>
  <provider><role>identity-assertion</role><name>Default</name><enabled>true</enabled></provider>
</gateway>
<service><role>WEBHDFS</role><url>{hdfs.address(stack)}/webhdfs</url></service>
<service><role>NAMENODE</role><url>{hdfs.uri(stack)}</url></service></topology>
""")
    for folder in ('data/security/keystores', 'data/deployments', 'conf/descriptors', 'conf/shared-providers'):
        os.makedirs(f'{data}/{folder}', exist_ok=True)
    definitions = next(jar for jar in jars.split(':') if 'gateway-service-definitions' in jar)
    with zipfile.ZipFile(definitions) as archive:
        archive.extractall(f'{data}/data', [name for name in archive.namelist() if name.startswith('services/webhdfs/')])


def knox(stack):
    data, jars = home(stack, 'knox'), stack.classpath('secure/knox')
    write_knox(stack, jars)
    log = f'{data}/conf/gateway-log4j2.xml'
    trust = [f'-Djavax.net.ssl.trustStore{k}={v}' for k, v in (
        ('', f'{certificates.home(stack)}/truststore.p12'), ('Type', 'PKCS12'), ('Password', certificates.PASSWORD))]
    java = stack.java((17, 21), '256m', *stack.OPENS, *OPENS, *kdc.java_options(stack), *trust, f'-DGATEWAY_HOME={data}',
                      f'-Dlog4j2.configurationFile={log}', '-cp', f'{data}/conf:{jars}')
    if not os.path.exists(f'{data}/data/security/master'):
        stack.run([*java, 'org.apache.knox.gateway.util.KnoxCLI', 'create-master', '--master', certificates.PASSWORD])
    return dict(cmd=[*java, 'org.apache.knox.gateway.GatewayServer'])


def up_knox(stack):
    url = f'{address(stack, "knox")}/gateway/default/webhdfs/v1/?op=GETFILESTATUS'
    stack.start('secure-knox', lambda: status(stack, url, '-u', f'goldsync:{PASSWORD}') == 200, lambda: knox(stack))


NEEDS = ['secure:kdc', 'secure:hdfs']
ENTRIES = {
    'httpfs': dict(needs=NEEDS, processes=['secure-httpfs'], up=up_httpfs,
                   env=lambda stack: {'SECURE_HTTPFS_URL': f'{address(stack, "httpfs")}/webhdfs/v1'}),
    'knox': dict(needs=NEEDS, processes=['secure-knox'], up=up_knox,
                 env=lambda stack: {'SECURE_KNOX_URL': f'{address(stack, "knox")}/gateway', 'SECURE_KNOX_PASSWORD': PASSWORD}),
}
