"""Debian's slapd, by the user who starts it: a directory with people that Hive's servers ask for passwords."""
import os, shutil
import certificates

SUFFIX = 'dc=goldsync,dc=test'
PEOPLE = f'ou=people,{SUFFIX}'
USERS = {'goldsync': 'lake-water', 'other': 'no-rights'}       # and their passwords


def home(stack):
    return f'{stack.HOME}/data/secure/ldap'


def port(stack):
    return stack.secure_port(70)


def url(stack):
    return f'ldap://localhost:{port(stack)}'


def entries():
    people = ''.join(f'''
dn: uid={name},{PEOPLE}
objectClass: inetOrgPerson
uid: {name}
cn: {name}
sn: {name}
userPassword: {password}
''' for name, password in USERS.items())
    return f'''dn: {SUFFIX}
objectClass: dcObject
objectClass: organization
dc: goldsync
o: golden stack

dn: {PEOPLE}
objectClass: organizationalUnit
ou: people
{people}'''


def up(stack):
    slapd = shutil.which('slapd', path='/usr/sbin:/usr/bin')
    if not slapd:
        stack.sys.exit('stack: no LDAP server; Debian: apt-get install slapd ldap-utils')
    certificates.ensure(stack)
    conf = f'{stack.HOME}/conf/secure/slapd.conf'
    stores = certificates.home(stack)
    stack.write(conf, f'''include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {home(stack)}/slapd.pid
TLSCACertificateFile {stores}/ca.pem
TLSCertificateFile {stores}/server.pem
TLSCertificateKeyFile {stores}/server.key
database mdb
suffix "{SUFFIX}"
rootdn "cn=admin,{SUFFIX}"
directory {home(stack)}/db
maxsize 16777216
''')

    def make():
        if not os.path.exists(f'{home(stack)}/made'):
            shutil.rmtree(home(stack), ignore_errors=True)
            os.makedirs(f'{home(stack)}/db', mode=0o700)
            stack.run([shutil.which('slapadd', path='/usr/sbin:/usr/bin'), '-f', conf], input=entries())
            stack.write(f'{home(stack)}/made', '')
        return dict(cmd=[slapd, '-f', conf, '-h', f'ldap://{stack.HOST}:{port(stack)} ldaps://{stack.HOST}:{port(stack) + 1}', '-d', '0'])

    stack.start('secure-ldap', lambda: stack.listening(port(stack)), make)


def env(stack):
    return {'SECURE_LDAP_URL': url(stack), 'SECURE_LDAP_USER': 'goldsync', 'SECURE_LDAP_PASSWORD': USERS['goldsync']}


ENTRIES = {'ldap': dict(needs=[], processes=['secure-ldap'], up=up, env=env)}
