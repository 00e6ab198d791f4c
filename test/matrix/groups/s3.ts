import type { Group } from '../group.ts'

export const s3: Group = {
  title: 'S3',
  features: [
    { title: 'keys with an empty name (`a//b`) are left out', tests: /names of nothing/ },
    { title: "files are made, never in another's place", tests: /writable storage/ },
    { title: 'odd names, control characters too', tests: /odd names|lists and reads/ },
    { title: 'unknown keys are refused, with a clear word', tests: /unknown keys/ },
    { title: 'a replaced file is not read (etags)', tests: /replaced/ },
    { title: 'folders and their markers', tests: /marker|folder|empty director/ },
    { title: 'listings, one page or many', tests: /s3 (list|stat) |An? empty bucket|1,500 objects/ },
    { title: 'ranged reads', tests: /s3 read / },
    { title: 'end to end: scan, events, Glue, pyarrow', tests: /^test\/e2e\// },
    { title: 'all else of the storage suite', tests: /^test\/storages\// },
  ],
  notes: `
Keys with an empty name (\`a//b\`) are refused by rclone and kept as \`a/b\` by versitygw and s3proxy; versitygw cannot list names with control characters as they are.
S3Mock refuses names with a backslash when they are written.
No lake needs such keys. What users of each server must know: [storages/s3.md](storages/s3.md#minio-and-ceph).
`,
}
