/** Presto's answers, by its statement protocol: a judge of the end-to-end tests. */
import { stack } from './stack.ts'

interface Page {
  readonly nextUri?: string
  readonly data?: readonly (readonly unknown[])[]
  readonly error?: { readonly errorName: string; readonly message: string }
}

/** Rows of a statement, values as text. @param session properties: `hive.parquet_use_column_names=true` */
export async function prestoRows(sql: string, session = ''): Promise<(string | null)[][]> {
  const headers = {
    'X-Presto-User': 'test',
    'X-Presto-Catalog': stack.presto.catalog,
    'X-Presto-Session': session,
  }
  const rows: (string | null)[][] = []
  let page = await request(`${stack.presto.url}/v1/statement`, { method: 'POST', body: sql, headers })
  for (;;) {
    rows.push(...(page.data ?? []).map(row => row.map(value => (value === null ? null : String(value)))))
    if (page.nextUri === undefined) return rows
    page = await request(page.nextUri, { headers })
  }
}

async function request(url: string, options: RequestInit): Promise<Page> {
  const response = await fetch(url, options)
  const page = (await response.json()) as Page
  if (page.error) throw new Error(`Presto: ${page.error.errorName}: ${page.error.message}`)
  return page
}
