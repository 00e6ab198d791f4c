/** Trino's and Presto's statement protocol as it is, values as JSON has them: a judge of the end-to-end tests. */

export interface StatementServer {
  readonly url: string
  /** The prefix of its headers. */
  readonly kind: 'Trino' | 'Presto'
  readonly catalog: string
  /** Properties: `hive.parquet_use_column_names=true`. */
  readonly session?: string
}

interface Page {
  readonly nextUri?: string
  readonly data?: readonly (readonly unknown[])[]
  readonly error?: { readonly errorName: string; readonly message: string }
}

/** Rows of a statement. @throws where it fails */
export async function statementRows(
  { url, kind, catalog, session = '' }: StatementServer,
  sql: string,
): Promise<(readonly unknown[])[]> {
  const headers = {
    [`X-${kind}-User`]: 'test',
    [`X-${kind}-Catalog`]: catalog,
    [`X-${kind}-Session`]: session,
    [`X-${kind}-Time-Zone`]: 'UTC',
    // Without it Trino shows three digits of a second, whatever the type has.
    [`X-${kind}-Client-Capabilities`]: 'PARAMETRIC_DATETIME',
  }
  const rows: (readonly unknown[])[] = []
  let page = await request(kind, `${url}/v1/statement`, { method: 'POST', body: sql, headers })
  for (;;) {
    rows.push(...(page.data ?? []))
    if (page.nextUri === undefined) return rows
    page = await request(kind, page.nextUri, { headers })
  }
}

async function request(kind: string, url: string, options: RequestInit): Promise<Page> {
  const response = await fetch(url, options)
  const page = (await response.json()) as Page
  if (page.error) throw new Error(`${kind}: ${page.error.errorName}: ${page.error.message}`)
  return page
}
