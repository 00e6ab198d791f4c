/** The stack's REST catalog of Iceberg tables, beside what goldsync does there. */
import { stack } from './stack.ts'

/** Takes a database away, and its tables with it; no file of theirs. */
export async function dropInRest(database: string): Promise<void> {
  const namespace = `${stack.iceberg.rest}/v1/namespaces/${database}`
  const answer = await fetch(`${namespace}/tables`)
  const { identifiers = [] } = (await answer.json()) as { identifiers?: readonly { name: string }[] }
  for (const { name } of identifiers)
    await fetch(`${namespace}/tables/${encodeURIComponent(name)}`, { method: 'DELETE' })
  await fetch(namespace, { method: 'DELETE' })
}
