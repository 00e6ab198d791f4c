import type { Group } from '../group.ts'

const of = (file: string, tests = ''): RegExp => new RegExp(`^test/${file.replaceAll('.', '\\.')}.*${tests}`)
const catalog = (tests: string): RegExp =>
  new RegExp(
    `^test/catalogs/metastore\\.stack.* catalog metastore \\S+ (?:a topic that is named like it )?(?:${tests})`,
  )

const NOTES = `
### What they cannot do, and what their users must set

| | what happens | what to do |
|---|---|---|
| Hive 2.3: types within structs, arrays and maps | the metastore refuses to change them ("types incompatible with the existing columns"): CONFLICT with the setting to change, the table stays as it is, the run ends with 1 | \`hive.metastore.disallow.incompatible.col.type.changes=false\` in its \`hive-site.xml\` |
| Hive 2.3: no catalogs of Hive's own | the option \`catalog\` is refused: UNSUPPORTED | leave it out |
| Hive 2.3 and 3.1 | their \`getVersion\` says 3.0; 3.1.3 does not compare when it is told to compare and set | nothing: goldsync takes a lock of its own while it changes a table |
| Hive 4.0.1 and later: no \`get_table\` | goldsync does not need it; Presto 0.287 does, and cannot read these at all (measured on 2026-11-27) | Presto over Hive 3.1 |
| Hive 4.0.1 and later, read by Spark 4.3 | Spark's own client, of Hive 2.3, needs \`get_table\`: "Invalid method name" (measured on 2026-11-27) | \`spark.sql.hive.metastore.version=4.0.1\` (4.1.0 works too), \`spark.sql.hive.metastore.jars\`: Hive 4.0.1's |
| MySQL and MariaDB below, with the tables of Hive's script (MariaDB was measured) | they are latin1: they keep \`??\` of a location, a topic, a column or a parameter in another script, and have no error. goldsync reads such a table again once it is written: UNSUPPORTED, with what was kept of what. A partition's value is refused by the database ("Illegal mix of collations"): UNSUPPORTED, the partition is held back | topics, folders, columns and partition values in ASCII; or make the database's columns utf8mb4 before the first table. A table that was made so is dropped by hand (its files stay) |
| Hive 4.2 | measured on a JDK 25 with the jars of Hadoop 3.5.0, with the schema of 4.0 and what 4.1 changes in it | |

Readers are another matter: which engine reads which metastore was measured on 2026-11-27 by hand. Trino 476 and 483 read the tables on 2.3.10, 3.1.3 and 4.2.1, Presto 0.287 on 3.1.3, Spark 4.3.0 all with the right client.
`

export const metastores: Group = {
  title: 'Hive metastores',
  features: [
    {
      title: 'databases and tables: created, read, every type',
      tests: catalog('databases |a database |tables |a catalog that'),
    },
    { title: 'columns: appended, widened, nested', tests: catalog("columns |partitions' columns ") },
    { title: 'table parameters, also by compare-and-set', tests: catalog('table parameters ') },
    {
      title: 'partitions: registered, read, altered, moved, unregistered',
      tests: catalog("partitions |partitions' parameters "),
    },
    { title: 'a table moved', tests: catalog('a table that is moved ') },
    { title: 'renamed, forgotten', tests: catalog('a table that is renamed |parameters of partitions ') },
    { title: 'plans: cut, repeated, aborted', tests: catalog('a plan |apply ') },
    { title: 'one refused partition of many is held back', tests: catalog('of many partitions ') },
    { title: 'statistics of columns', tests: catalog('column statistics ') },
    { title: "other tools' tables left alone", tests: catalog('changes nothing of ') },
    { title: 'Trino 476 reads what is registered', tests: catalog('queries ') },
    { title: 'statistics of rows and files', tests: of('catalogs/metastore-statistics') },
    { title: 'many writers at once, in one process', tests: of('catalogs/metastore-servers', 'at once') },
    { title: 'several processes at once', tests: of('catalogs/metastore-concurrency') },
    { title: 'many partitions, lost connections, TLS, locks', tests: of('catalogs/metastore-servers') },
    { title: 'goldsync forget, rename, prune', tests: of('e2e/upkeep') },
    { title: 'row counts that Trino plans with', tests: of('e2e/statistics') },
  ],
  notes: NOTES,
}
