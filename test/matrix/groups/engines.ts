import type { Group } from '../group.ts'

export const engines: Group = {
  title: 'Query engines',
  features: [
    {
      title: "goldsync's DuckDB file, read and written by it",
      tests: /duckdb-files.*a file that goldsync has made/,
    },
    { title: 'a DuckDB file of its own, gone on with by goldsync', tests: /duckdb-files/ },
    { title: 'every type: the right values, or a finding beforehand', tests: /^test\/e2e\/types/ },
    { title: 'row counts that it plans with', tests: /^test\/e2e\/statistics/ },
  ],
  notes: `
Trino 476 is the one that the metastores above are read by. goldsync itself works with the DuckDB of its npm package, 1.5.6: files that DuckDB 2 has made cannot be opened by it, those that goldsync
has made can be read and written by both.
`,
}
