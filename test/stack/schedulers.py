"""Airflow and Dagster with the examples of deploy/examples, and databases of their own (SQLite)."""
import json, os

AIRFLOW, DAGSTER = '3.3.2', '1.13.28'
PROCESSES = {'airflow': ['airflow-api', 'airflow-scheduler', 'airflow-dags'], 'dagster': ['dagster-webserver', 'dagster-daemon']}
USER, PASSWORD = 'goldsync', 'stack-goldsync'
EXAMPLES = os.path.normpath(f'{os.path.dirname(os.path.abspath(__file__))}/../../deploy/examples')


def address(stack, name, default):
    return f'http://{stack.HOST}:{stack.port(name, default)}'


def env(stack):
    return {'AIRFLOW_URL': address(stack, 'AIRFLOW', 18640), 'AIRFLOW_USER': USER, 'AIRFLOW_PASSWORD': PASSWORD,
            'AIRFLOW_BIN': f'{stack.HOME}/conf/airflow/bin', 'DAGSTER_URL': address(stack, 'DAGSTER', 18650)}


# ---------------------------------------------------------------- Airflow

def up_airflow(stack):
    """Without a triggerer: no task of the examples waits in it. $AIRFLOW_BIN is in the path of its tasks."""
    url, home = env(stack)['AIRFLOW_URL'], f'{stack.HOME}/data/airflow'

    def airflow(command):
        program = f'{os.path.dirname(stack.venv(f"apache-airflow=={AIRFLOW}", name="venv-airflow"))}/airflow'
        os.makedirs(env(stack)['AIRFLOW_BIN'], exist_ok=True)
        # It would make passwords of its own.
        stack.write(f'{home}/passwords.json', json.dumps({USER: PASSWORD}))
        settings = airflow_settings(stack, url, home, os.path.dirname(program))
        if not os.path.exists(f'{home}/migrated'):
            stack.say('making the database of airflow')
            stack.run([program, 'db', 'migrate'], env={**os.environ, **settings})
            stack.write(f'{home}/migrated', AIRFLOW)
        return dict(cmd=[program, command], env=settings)

    def health(part):
        return json.loads(stack.fetch(f'{url}/api/v2/monitor/health'))[part]['status'] == 'healthy'

    stack.start('airflow-api', lambda: health('metadatabase'), lambda: airflow('api-server'))
    stack.start('airflow-scheduler', lambda: stack.running('airflow-scheduler') and health('scheduler'), lambda: airflow('scheduler'))
    stack.start('airflow-dags', lambda: stack.running('airflow-dags') and health('dag_processor'), lambda: airflow('dag-processor'))


def airflow_settings(stack, url, home, programs):
    sections = {
        'core': {'dags_folder': f'{EXAMPLES}/airflow', 'load_examples': False, 'dags_are_paused_at_creation': False, 'parallelism': 4,
                 'execution_api_server_url': f'{url}/execution/', 'simple_auth_manager_users': f'{USER}:op',
                 'simple_auth_manager_passwords_file': f'{home}/passwords.json'},
        'api': {'host': stack.HOST, 'port': url.split(':')[-1], 'workers': 1, 'secret_key': 'stack'},
        'api_auth': {'jwt_secret': 'of the stack ' * 8},
        'dag_processor': {'refresh_interval': 5, 'min_file_process_interval': 5, 'parsing_processes': 1, 'dag_file_processor_timeout': 600},
        'scheduler': {'enable_health_check': False, 'task_queued_timeout': 3600},
    }
    own = {f'AIRFLOW__{section}__{key}'.upper(): str(value) for section, values in sections.items() for key, value in values.items()}
    path = f'{env(stack)["AIRFLOW_BIN"]}:{programs}:{os.environ["PATH"]}'
    return {**own, 'AIRFLOW_HOME': home, 'PATH': path, 'PYTHONDONTWRITEBYTECODE': '1'}


# ---------------------------------------------------------------- Dagster

def up_dagster(stack):
    home = f'{stack.HOME}/data/dagster'
    url = env(stack)['DAGSTER_URL']

    def dagster(program, *args):
        packages = f'dagster=={DAGSTER}', f'dagster-webserver=={DAGSTER}'
        programs = os.path.dirname(stack.venv(*packages, name='venv-dagster'))
        stack.write(f'{home}/dagster.yaml', json.dumps({          # which is YAML, too
            'telemetry': {'enabled': False}, 'concurrency': {'runs': {'max_concurrent_runs': 1}},
            # a run whose process does not start within a minute, on a busy machine, is begun again
            'run_retries': {'enabled': True, 'max_retries': 5}}))
        return dict(cmd=[f'{programs}/{program}', *args], cwd=home,
                    env={'DAGSTER_HOME': home, 'PYTHONDONTWRITEBYTECODE': '1', 'PATH': f'{programs}:{os.environ["PATH"]}'})

    definitions = ['-f', f'{EXAMPLES}/dagster/orders.py']
    stack.start('dagster-webserver', lambda: stack.fetch(f'{url}/server_info'),
                lambda: dagster('dagster-webserver', '-h', stack.HOST, '-p', url.split(':')[-1], *definitions))
    stack.start('dagster-daemon', lambda: stack.running('dagster-daemon') and daemon_is_well(stack, url), lambda: dagster('dagster-daemon', 'run', *definitions))


def daemon_is_well(stack, url):
    query = '{ instance { daemonHealth { daemonStatus(daemonType: "SENSOR") { healthy } } } }'
    answer = stack.fetch(f'{url}/graphql', 'POST', headers={'content-type': 'application/json'}, data=json.dumps({'query': query}).encode())
    return json.loads(answer)['data']['instance']['daemonHealth']['daemonStatus']['healthy']
