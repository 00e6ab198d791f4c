import type { Group } from '../group.ts'

const of = (file: string, tests = ''): RegExp => new RegExp(`^test/${file.replaceAll('.', '\\.')}.*${tests}`)
const catalog = (tests: string): RegExp =>
  new RegExp(
    `^test/catalogs/metastore\\.stack.* catalog metastore \\S+ (?:a topic that is named like it )?(?:${tests})`,
  )

export const metastores: Group = {
  title: 'Hive metastores',
  features: [
    {
      title: 'databases and tables: created, read, every type',
      tests: catalog('databases |a database |tables |a catalog that'),
    },
    { title: 'columns: appended, widened, nested', tests: catalog("columns |partitions' columns ") },
    { title: 'table parameters, also by compare-and-set', tests: catalog('table parameters ') },
    { title: 'partitions: registered, read, altered', tests: catalog("partitions |partitions' parameters ") },
    { title: 'tables and partitions moved', tests: catalog('(?:partitions|a table) that (?:are|is) moved ') },
    { title: 'partitions unregistered, files kept', tests: catalog('partitions that are unregistered ') },
    { title: 'renamed, forgotten', tests: catalog('a table that is renamed |parameters of partitions ') },
    { title: 'plans: cut, repeated, aborted', tests: catalog('a plan |apply ') },
    { title: 'statistics of columns', tests: catalog('column statistics ') },
    { title: "other tools' tables left alone", tests: catalog('changes nothing of ') },
    { title: 'Trino 476 reads what is registered', tests: catalog('queries ') },
    { title: 'statistics of rows and files', tests: of('catalogs/metastore-statistics') },
    { title: 'many writers at once, in one process', tests: of('catalogs/metastore-servers', 'at once') },
    { title: 'several processes at once', tests: of('catalogs/metastore-concurrency') },
    { title: 'many partitions, lost connections, TLS, locks', tests: of('catalogs/metastore-servers') },
    { title: 'a scan that is killed and run again', tests: of('e2e/kill') },
    { title: 'goldsync forget, rename, prune', tests: of('e2e/upkeep') },
    { title: 'row counts that Trino plans with', tests: of('e2e/statistics') },
  ],
  notes: '',
}
