import type { Group } from '../group.ts'

export const gateways: Group = {
  title: 'HDFS',
  features: [
    { title: 'permission denied, said with user and path', tests: /who may not read/ },
    { title: 'no user set: a default one, or what to set', tests: /sets no user/ },
    { title: 'a token that cannot be read', tests: /a token that/ },
    { title: 'reads behind the end are `CONFLICT`', tests: /fails with CONFLICT/ },
    { title: "files are made, never in another's place", tests: /writable storage/ },
    { title: 'odd names', tests: /odd names|npm package/ },
    { title: 'listings, one page or many', tests: /webhdfs (list|stat) / },
    { title: 'ranged reads', tests: /webhdfs read / },
    { title: 'end to end: scan, events, Hive, Trino', tests: /^test\/e2e\// },
    { title: 'all else of the storage suite', tests: /^test\/storages\// },
  ],
  notes: `
HttpFS has no default user: set \`storage.user\`. It acts for that user, so the NameNodes must let it (\`hadoop.proxyuser\`). A router lists each folder in one answer.
More in [storages/webhdfs.md](storages/webhdfs.md#httpfs-routers-knox).
`,
}
