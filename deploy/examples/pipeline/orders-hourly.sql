-- Orders by Flink SQL: an hour of event time is a partition, and is committed (gets its _SUCCESS) when the watermark has passed it.
-- sql-client.sh -j target/golden-zone.jar -f orders-hourly.sql, after you have written your brokers and your lake into it.

SET 'pipeline.name' = 'orders by the hour';
SET 'execution.checkpointing.interval' = '60 s';
SET 'table.local-time-zone' = 'UTC';

-- The format is raw on purpose. With 'json.ignore-parse-errors' Flink 2.3 ignores also what goes wrong behind the source in the same task: while HDFS was in
-- safe mode each row that could not be written was taken for a parse error, and lost.
CREATE TEMPORARY TABLE orders (
  body STRING,
  `at` AS TRY_CAST(REPLACE(REPLACE(JSON_VALUE(body, '$.at'), 'T', ' '), 'Z', '') AS TIMESTAMP(3)),
  -- a row without a time would end the job: it gets one here and is left out below
  happened AS COALESCE(TRY_CAST(REPLACE(REPLACE(JSON_VALUE(body, '$.at'), 'T', ' '), 'Z', '') AS TIMESTAMP(3)), TIMESTAMP '1970-01-01 00:00:00'),
  WATERMARK FOR happened AS happened - INTERVAL '12' MINUTE
) WITH (
  'connector' = 'kafka',
  'topic' = 'orders',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'orders-hourly',
  'properties.auto.offset.reset' = 'earliest',
  'scan.startup.mode' = 'group-offsets',
  'format' = 'raw'
);

CREATE TEMPORARY TABLE orders_hourly (
  id BIGINT,
  `at` TIMESTAMP(3),
  customer STRING,
  quantity BIGINT,
  price DECIMAL(12, 2),
  dt STRING,
  hr STRING
) PARTITIONED BY (dt, hr) WITH (
  'connector' = 'filesystem',
  'path' = 'hdfs://datalake-vol/hourly/orders_hourly',
  'format' = 'parquet',
  'parquet.compression' = 'SNAPPY',
  'parquet.utc-timezone' = 'true',
  'parquet.write.int64.timestamp' = 'true',
  'partition.time-extractor.timestamp-pattern' = '$dt $hr:00:00',
  'sink.partition-commit.trigger' = 'partition-time',
  'sink.partition-commit.delay' = '1 h',
  'sink.partition-commit.watermark-time-zone' = 'UTC',
  'sink.partition-commit.policy.kind' = 'success-file'
);

INSERT INTO orders_hourly
SELECT id, `at`, customer, quantity, price, DATE_FORMAT(`at`, 'yyyy-MM-dd'), DATE_FORMAT(`at`, 'HH')
FROM (
  SELECT
    TRY_CAST(JSON_VALUE(body, '$.id') AS BIGINT) AS id,
    `at`,
    JSON_VALUE(body, '$.customer') AS customer,
    TRY_CAST(JSON_VALUE(body, '$.quantity') AS BIGINT) AS quantity,
    TRY_CAST(JSON_VALUE(body, '$.price') AS DECIMAL(12, 2)) AS price,
    JSON_VALUE(body, '$.test') AS test
  FROM orders
)
WHERE COALESCE(test, 'false') <> 'true' AND id IS NOT NULL AND `at` IS NOT NULL AND customer IS NOT NULL AND quantity IS NOT NULL AND price IS NOT NULL;
