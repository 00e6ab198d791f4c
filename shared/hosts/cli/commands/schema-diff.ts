/** `goldsync schema --diff`: what new files would do to a table, printed for people or as one JSON object. */
import { type ColumnChange, diffFiles, type SchemaDiff } from '../../../inspect/schema-diff.ts'
import type { DataFile } from '../../../schema/observed.ts'
import { printType } from '../../../schema/type.ts'
import { type SchemaChange, type SchemaDiffOutput, versioned } from '../../output.ts'
import type { NamedFiles, Rejection } from '../named-files.ts'
import type { Terminal } from '../terminal.ts'
import { rejectionLines, type SchemaView, typesOf } from '../text/schema.ts'
import { schemaDiffLines } from '../text/schema-diff.ts'
import { printWrapped } from '../text/wrap.ts'

/**
 * @param names the file that is the table, then the new ones
 * @param view undefined for JSON
 * @returns 1 where a file is rejected or held back, else 2 where the table would change
 */
export async function diffSchemas(
  names: readonly string[],
  files: NamedFiles,
  terminal: Terminal,
  view: SchemaView | undefined,
): Promise<0 | 1 | 2> {
  const read: DataFile[] = []
  const rejected: Rejected[] = []
  for (const name of names) {
    const found = await files.inspect(name, typesOf(view))
    if ('code' in found) rejected.push({ ...found, name })
    else read.push({ ...found.file, path: name })
  }
  const [table, ...added] = read
  const diff = table && table.path === names[0] ? diffFiles(table, added) : undefined
  if (view === undefined) terminal.print(JSON.stringify(asJson(names, diff, rejected)))
  else printWrapped(terminal, lines(read, diff, rejected, view))
  return statusOf(diff, rejected)
}

type Rejected = Rejection & { readonly name: string }

type Change = Extract<ColumnChange, { readonly kind: 'added' | 'changed' }>

const isChange = (change: ColumnChange): change is Change =>
  change.kind === 'added' || change.kind === 'changed'

function statusOf(diff: SchemaDiff | undefined, rejected: readonly Rejection[]): 0 | 1 | 2 {
  if (diff === undefined || diff.held.length + rejected.length > 0) return 1
  return diff.changes.some(isChange) ? 2 : 0
}

function lines(
  read: readonly DataFile[],
  diff: SchemaDiff | undefined,
  rejected: readonly Rejected[],
  view: SchemaView,
): string[] {
  const refusals = rejected.flatMap(({ name, ...rejection }) => rejectionLines(name, rejection, view.paint))
  const names = read.map(({ path }) => path)
  return [...refusals, ...(diff && names.length > 1 ? schemaDiffLines(diff, names, view) : [])]
}

const asJson = (
  [table, ...files]: readonly string[],
  diff: SchemaDiff | undefined,
  rejected: readonly Rejected[],
): SchemaDiffOutput =>
  versioned({
    ...(table === undefined ? {} : { table }),
    files,
    changes: diff?.changes.filter(isChange).map(changeAsJson) ?? [],
    held: diff?.held ?? [],
    rejected: rejected.map(({ name, code, message }) => ({ file: name, error: { code, message } })),
    diagnostics:
      diff?.diagnostics.map(({ code, path, column, message }) => ({
        code,
        ...(path === undefined ? {} : { file: path }),
        ...(column === undefined ? {} : { column }),
        message,
      })) ?? [],
  })

const changeAsJson = (change: Change): SchemaChange =>
  change.kind === 'changed'
    ? { kind: change.kind, name: change.name, from: printType(change.from), to: printType(change.to) }
    : { kind: change.kind, name: change.name, type: printType(change.type) }
