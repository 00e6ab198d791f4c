"""A realm of its own (MIT Kerberos): its KDC, principals and keytabs, and the certificates that all of the secure stack uses."""
import os, shutil
import certificates

REALM, NAME = 'GOLDSYNC.TEST', 'localhost'      # NAME: of the host, as all principals, certificates and addresses of the secure stack have it
SKEW = 20                                       # seconds for which tickets are taken after their end
BRIEF = os.environ.get('STACK_SECURE_TICKET', '40')     # seconds a ticket of goldsync/brief lives

# Keytabs and the principals in each. Hadoop knows goldsync and goldsync/brief as the same user.
KEYTABS = {
    'hdfs': [f'hdfs/{NAME}', 'hdfs'],           # the superuser
    'http': [f'HTTP/{NAME}'],
    'hive': [f'hive/{NAME}', 'hive'],
    'trino': [f'trino/{NAME}', 'trino'],
    'httpfs': [f'httpfs/{NAME}'],
    'knox': [f'knox/{NAME}'],
    'goldsync': ['goldsync'],
    'goldsync-brief': ['goldsync/brief'],
    'other': ['other'],                         # a user without rights
}


def home(stack):
    return f'{stack.HOME}/data/secure/kdc'


def port(stack):
    return stack.secure_port(0)


def keytab(stack, name):
    return f'{home(stack)}/keytabs/{name}.keytab'


def principal(name):
    return f'{name}@{REALM}'


def krb5_conf(stack):
    return f'{stack.HOME}/conf/secure/krb5.conf'


def variables(stack):
    """The environment of MIT's programs."""
    return {'KRB5_CONFIG': krb5_conf(stack), 'KRB5_KDC_PROFILE': f'{stack.HOME}/conf/secure/kdc.conf'}


def java_options(stack):
    """What each JVM needs to be of the realm."""
    return [f'-Djava.security.krb5.conf={krb5_conf(stack)}', '-Dsun.security.krb5.disableReferrals=true',
            '-Djavax.security.auth.useSubjectCredsOnly=false']


def write_settings(stack):
    # tickets by TCP: a KDC that is down is then known at once
    stack.write(krb5_conf(stack), f"""[libdefaults]
  default_realm = {REALM}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
  clockskew = {SKEW}
  ticket_lifetime = 24h
  renew_lifetime = 7d
  forwardable = true
  default_ccache_name = FILE:{home(stack)}/tickets-%{{uid}}
[realms]
  {REALM} = {{
    kdc = {NAME}:{port(stack)}
  }}
[domain_realm]
  {NAME} = {REALM}
[logging]
  kdc = STDERR
""")
    stack.write(f'{stack.HOME}/conf/secure/kdc.conf', f"""[kdcdefaults]
  kdc_listen = {stack.HOST}:{port(stack)}
  kdc_tcp_listen = {stack.HOST}:{port(stack)}
[realms]
  {REALM} = {{
    database_name = {home(stack)}/principal
    key_stash_file = {home(stack)}/stash
    acl_file = {home(stack)}/acl
    max_life = 24h
    max_renewable_life = 7d
    supported_enctypes = aes256-cts-hmac-sha1-96:normal aes128-cts-hmac-sha1-96:normal
    default_principal_flags = +forwardable,+renewable
  }}
""")


def mit(stack, *cmd, **kw):
    return stack.run([*cmd], env={**os.environ, **variables(stack)}, **kw)


def ensure_principals(stack):
    """Those that the database lacks; the keytabs of all."""
    known = mit(stack, 'kadmin.local', 'listprincs').split()
    lines = [f'addprinc -randkey {principal(p)}' for names in KEYTABS.values() for p in names if principal(p) not in known]
    for name, names in KEYTABS.items():
        if not os.path.exists(keytab(stack, name)):
            lines += [f'ktadd -norandkey -k {keytab(stack, name)} {principal(p)}' for p in names]
    lines.append(f'modprinc -maxlife "{BRIEF} seconds" {principal("goldsync/brief")}')
    mit(stack, 'kadmin.local', input='\n'.join(lines) + '\n')
    stale = keytab(stack, 'goldsync-stale')     # of a password that it had once
    if not os.path.exists(stale):
        mit(stack, 'ktutil', input=f'addent -password -p {principal("goldsync")} -k 1 -e aes256-cts-hmac-sha1-96\nformer\nwkt {stale}\n')


def up(stack):
    if not shutil.which('krb5kdc', path='/usr/sbin:/usr/bin'):
        stack.sys.exit('stack: no KDC; Debian: apt-get install krb5-kdc krb5-admin-server krb5-user')
    os.environ['PATH'] += ':/usr/sbin'
    certificates.ensure(stack)
    write_settings(stack)

    def make():
        if not os.path.exists(f'{home(stack)}/made'):
            shutil.rmtree(home(stack), ignore_errors=True)
            os.makedirs(f'{home(stack)}/keytabs', mode=0o700)
            mit(stack, 'kdb5_util', 'create', '-s', '-r', REALM, '-P', os.urandom(16).hex())
            stack.write(f'{home(stack)}/made', '')
        return dict(cmd=['krb5kdc', '-n', '-r', REALM], env=variables(stack))

    stack.start('secure-kdc', lambda: stack.listening(port(stack)), make)
    ensure_principals(stack)


def env(stack):
    return {
        'SECURE_REALM': REALM, 'SECURE_HOST': NAME, 'SECURE_KRB5_CONFIG': krb5_conf(stack), 'SECURE_KDC_PORT': port(stack),
        'SECURE_KEYTABS': f'{home(stack)}/keytabs', 'SECURE_PRINCIPAL': principal('goldsync'), 'SECURE_KEYTAB': keytab(stack, 'goldsync'),
        **certificates.env(stack),
    }


ENTRIES = {'kdc': dict(needs=[], processes=['secure-kdc'], up=up, env=env)}
