#!/usr/bin/env bash
# Library   npm trino-client 0.2.9, the Trino project's own client for Node.js.
# Expected  A query that fails makes the client throw, as other database clients do, and as this one does for an HTTP error.
# Seen      2026-11-27. Trino answers a failed query with HTTP 200 and an `error` in its last page. The client hands that page on as if it
#           were rows, and ends: no exception from query(), from `for await` or from map() and fold(). A table that does not exist reads as
#           an empty one; a query that fails half way gives the rows so far, which look like all.
# So        Who only collects `data` takes failure for success: a check that counts bad rows passes, a copy is cut short, a failed DDL
#           statement counts as done. Look at `error` on every page, and throw.
#
# A small HTTP server plays the coordinator's side of Trino's documented client protocol, so that no Trino is needed. A real one,
# Trino 476, was asked for a table that does not exist: the outcome was the same.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm install --prefix . --silent --no-audit --no-fund trino-client@0.2.9 || exit 2

cat >expected <<'END'
query that succeeds:      3 rows, no exception
no such table:            0 rows, no exception; unread in its last page: TABLE_NOT_FOUND
fails after two rows:     2 rows, no exception; unread in its last page: EXCEEDED_TIME_LIMIT
the same, map and fold:   2 rows, no exception
HTTP 401:                 0 rows, exception
END

cat >seen.mjs <<'END'
import { createServer } from 'node:http'
import { BasicAuth, Trino } from 'trino-client'

const columns = [{ name: 'id', type: 'bigint', typeSignature: { rawType: 'bigint', arguments: [] } }]
const rows = (...ids) => ({ columns, data: ids.map(id => [id]), stats: { state: 'RUNNING' } })
const finished = { columns, stats: { state: 'FINISHED' } }
const failed = (errorName, errorCode, errorType, message) => ({
  stats: { state: 'FAILED' },
  error: { message, errorCode, errorName, errorType, failureInfo: { type: errorType, message, suppressed: [], stack: [] } },
})

/** The pages of a query, the first of which answers its POST; each of the others is where the one before it says. */
const QUERIES = {
  'select id from orders': [{ stats: { state: 'QUEUED' } }, rows(1, 2), rows(3), finished],
  'select id from ordres': [
    { stats: { state: 'QUEUED' } },
    failed('TABLE_NOT_FOUND', 46, 'USER_ERROR', "line 1:16: Table 'lake.sales.ordres' does not exist"),
  ],
  'select id from lines': [
    { stats: { state: 'QUEUED' } },
    rows(1, 2),
    failed('EXCEEDED_TIME_LIMIT', 131075, 'INSUFFICIENT_RESOURCES', 'Query exceeded maximum time limit of 2.00m'),
  ],
}

const server = createServer(async (request, response) => {
  let sql = ''
  for await (const chunk of request) sql += chunk
  if (request.headers['x-trino-user'] !== 'alice') return response.writeHead(401).end()
  const [id, at] = request.method === 'POST' ? [Object.keys(QUERIES).indexOf(sql), 0] : request.url.split('/').slice(-2).map(Number)
  const pages = Object.values(QUERIES)[id]
  const base = `http://127.0.0.1:${server.address().port}`
  const next = at + 1 < pages.length ? { nextUri: `${base}/v1/statement/executing/${id}/${at + 1}` } : {}
  response.setHeader('content-type', 'application/json')
  const always = { id: `20261127_000000_0000${id}_abcde`, infoUri: `${base}/ui/query.html`, warnings: [] }
  response.end(JSON.stringify({ ...always, ...next, ...pages[at] }))
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const client = user => Trino.create({ server: `http://127.0.0.1:${server.address().port}`, auth: new BasicAuth(user) })

async function loop(sql, seen, user = 'alice') {
  for await (const page of await client(user).query(sql)) {
    seen.rows += (page.data ?? []).length
    seen.error = page.error?.errorName
  }
}

async function fold(sql, seen) {
  const pages = await client('alice').query(sql)
  seen.rows = await pages.map(page => (page.data ?? []).length).fold(0, (count, sum) => sum + count)
}

async function show(title, read, sql, user) {
  const seen = { rows: 0, error: undefined }
  const outcome = await read(sql, seen, user).then(() => 'no exception', () => 'exception')
  const unread = seen.error ? `; unread in its last page: ${seen.error}` : ''
  console.log(`${title}:`.padEnd(25), `${seen.rows} rows, ${outcome}${unread}`)
}

await show('query that succeeds', loop, 'select id from orders')
await show('no such table', loop, 'select id from ordres')
await show('fails after two rows', loop, 'select id from lines')
await show('the same, map and fold', fold, 'select id from lines')
await show('HTTP 401', loop, 'select id from orders', 'nobody')
server.close()
server.closeAllConnections()
END

node seen.mjs | tee seen
diff expected seen
