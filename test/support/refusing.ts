/** Servers that refuse one partition, for a reason that goldsync cannot know. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { stack } from './stack.ts'

/** The metastore's database refuses names that hold the text, in tables of this database alone. @returns mends that */
export async function refuseInMetastore(
  server: 'metastore' | 'metastore3',
  database: string,
  text: string,
): Promise<() => Promise<void>> {
  const name = `refuse_${database}`
  await inDatabase(server, [
    `create or replace function ${name}() returns trigger language plpgsql as $$ begin
       if NEW."PART_NAME" like '%${text}%' and exists (
         select 1 from "TBLS" t join "DBS" d on d."DB_ID" = t."DB_ID" where t."TBL_ID" = NEW."TBL_ID" and d."NAME" = '${database}'
       ) then raise exception 'this one is not welcome'; end if;
       return NEW;
     end $$`,
    `create trigger ${name} before insert or update on "PARTITIONS" for each row execute function ${name}()`,
  ])
  return () =>
    inDatabase(server, [
      `drop trigger if exists ${name} on "PARTITIONS"`,
      `drop function if exists ${name}()`,
    ])
}

async function inDatabase(server: 'metastore' | 'metastore3', statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: stack.postgres[server] })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

export interface RefusingGlue {
  readonly endpoint: string
  mend(): void
  close(): Promise<void>
}

/** Stands before the stack's Glue: requests that hold the text are refused as a whole, as AWS refuses what breaks its own limits. */
export async function refusingGlue(text: string): Promise<RefusingGlue> {
  let refuses = true
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request)
    const operation = String(request.headers['x-amz-target'] ?? '')
    if (refuses && operation.endsWith('BatchCreatePartition') && body.includes(`"${text}"`)) {
      const refusal = { __type: 'ValidationException', message: 'this one is not welcome' }
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(refusal))
      return
    }
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers
    const answer = await fetch(`${stack.glue.endpoint}${request.url}`, {
      method: request.method ?? 'POST',
      headers: headers as Record<string, string>,
      body,
    })
    response
      .writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' })
      .end(await answer.text())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mend: () => {
      refuses = false
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
