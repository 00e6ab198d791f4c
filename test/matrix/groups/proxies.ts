import type { Group } from '../group.ts'

export const proxies: Group = {
  title: 'Proxies of metastores',
  features: [
    { title: 'the catalog suite', tests: /^test\/catalogs\/metastore\.stack/ },
    { title: 'several writers, lost connections, large tables', tests: /^test\/catalogs\/metastore-servers/ },
  ],
  notes:
    'Waggle Dance has the Thrift of Hive 2.3.7 inside: it tells the version of its primary metastore, and what it passes on loses the fields that are newer. Locks of all databases are taken on the primary metastore.',
}
