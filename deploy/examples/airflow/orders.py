"""
Work on each hour of golden.orders, by Airflow 3.2 or newer: once goldsync has registered the hour and told Airflow so (docs/schedulers.md),
or, where goldsync tells nobody, once an hour asks goldsync for the hour before. Both begin with a task that succeeds only when the hour can
be queried. `goldsync` has to be in the path of Airflow's workers, with a goldsync.yaml.
"""
from datetime import timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, Asset, CronPartitionTimetable, PartitionedAssetTimetable, task

# 2026-11-20T07:00:00, the run's partition key, is 2026/11/20/07 to goldsync. Exit status 4: it cannot be queried.
QUERYABLE = "goldsync sync orders --partition {{ dag_run.partition_key[:13] | replace('-', '/') | replace('T', '/') }} --require"


@task
def work(dag_run=None):
    print(f"working on {dag_run.partition_key}")
    return dag_run.partition_key


# A run for each event of the asset that has a partition key, which is the run's.
with DAG("orders_told", schedule=PartitionedAssetTimetable(assets=Asset("golden.orders")), catchup=False, max_active_runs=4):
    BashOperator(task_id="queryable", bash_command=QUERYABLE, retries=5, retry_delay=timedelta(minutes=2)) >> work()

# A run for each hour that is over, whether goldsync knows it or not.
with DAG("orders_asked", schedule=CronPartitionTimetable("0 * * * *", timezone="UTC", run_offset=-1), catchup=False):
    BashOperator(task_id="queryable", bash_command=QUERYABLE, retries=5, retry_delay=timedelta(minutes=2)) >> work()
