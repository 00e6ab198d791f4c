"""
Work on each hour of golden.orders, by Dagster: orders is materialized by goldsync, which tells so (docs/schedulers.md), and what is made of an
hour of it once that is there.
"""
import dagster as dg

HOURS = dg.HourlyPartitionsDefinition(start_date="2026-11-20-00:00")

# Not made by Dagster: it is told.
orders = dg.AssetSpec(["golden", "orders"], partitions_def=HOURS)


# Of any hour, also one that comes late: eager() alone takes the newest.
@dg.asset(
    deps=[orders],
    partitions_def=HOURS,
    automation_condition=dg.AutomationCondition.eager().without(dg.AutomationCondition.in_latest_time_window()),
)
def orders_report(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    context.log.info(f"working on {context.partition_key}")
    return dg.MaterializeResult(metadata={"hour": context.partition_key})


told = dg.AutomationConditionSensorDefinition(
    "told", target=dg.AssetSelection.all(), default_status=dg.DefaultSensorStatus.RUNNING, minimum_interval_seconds=10
)

defs = dg.Definitions(assets=[orders, orders_report], sensors=[told])
