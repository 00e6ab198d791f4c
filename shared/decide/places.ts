/** Partition folders that a reader cannot read right, whatever the files in them hold: pure. */
import { isPattern } from '../layout/location.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { PartitionFolder } from '../schema/observed.ts'
import type { ReaderKind } from '../schema/reader.ts'
import { printValues } from '../schema/table.ts'

/** What is wrong with a folder for one of those who read it. */
export interface PlaceTrouble {
  readonly code: 'PATTERN_FOLDER' | 'NESTED_FOLDER' | 'EMPTY_FILE'
  readonly path: string
  readonly engine: string
  /** Goes on after the engine's name. */
  readonly does: string
  readonly fix: string
}

/** @param location where the catalog has the partition, or will have it @param readers who reads the table by directory */
export function troubleOf(
  { empty, subfolders }: PartitionFolder,
  location: string,
  readers: readonly ReaderKind[],
): PlaceTrouble | undefined {
  const [subfolder] = subfolders ?? []
  const [file] = empty ?? []
  const hive = readers.includes('hive')
  if (hive && isPattern(location)) return asPattern(location)
  if (hive && subfolder !== undefined) return withSubfolder(subfolder)
  return readers.includes('presto') && file !== undefined ? withEmptyFile(file) : undefined
}

// Seen on Hive 4.0.1: for a*b it returns the rows of acb too, for a[x]b those of axb; a[b and a{b fail.
const asPattern = (path: string): PlaceTrouble => ({
  code: 'PATTERN_FOLDER',
  path,
  engine: 'Hive',
  does: 'takes a location with *, ?, [, { or \\ in it for a pattern, and returns the rows of other folders, or none, or fails',
  fix: 'have the writer name the folder without these characters, or write them as Hive does in key=value folders (%2A for *); where Hive does not read the lake, say who does with readers',
})

const withSubfolder = (path: string): PlaceTrouble => ({
  code: 'NESTED_FOLDER',
  path,
  engine: 'Hive',
  does: 'fails on a partition that has a folder below it (Not a file), or leaves out what is in that folder, as Trino and Presto do',
  fix: 'move the files of the folder into the partition folder itself, or the folder out of it; where Hive does not read the lake, say who does with readers',
})

const withEmptyFile = (path: string): PlaceTrouble => ({
  code: 'EMPTY_FILE',
  path,
  engine: 'Presto',
  does: 'fails on a file without bytes (HIVE_BAD_DATA)',
  fix: 'remove the file, or have its writer begin the name with _ or .',
})

/** A folder below a partition is told once: as what Hive makes of it, or else as what nobody syncs. @param troubled those that are told already */
export function strayFolders(
  folders: readonly PartitionFolder[],
  troubled: readonly Troubled[],
): Diagnostic[] {
  const told = new Set(
    troubled.filter(({ trouble }) => trouble.code === 'NESTED_FOLDER').map(one => one.folder),
  )
  return folders.filter(folder => !told.has(folder)).flatMap(belowPartition)
}

/** Hive's own UNION ALL leaves such folders (`HIVE_UNION_SUBDIR_1`). */
function belowPartition({ values, subfolders = [] }: PartitionFolder): Diagnostic[] {
  const [path] = subfolders
  if (path === undefined) return []
  const one = subfolders.length === 1
  return [
    {
      code: 'WRONG_DEPTH',
      severity: 'warning',
      partition: printValues(values),
      path,
      message: `${one ? 'a folder lies' : `${subfolders.length} folders lie`} below a partition folder and ${one ? 'is' : 'are'} not synced: Trino and Presto leave out what is in such folders, and Hive fails on the partition`,
      fix: 'if it holds data, move the files into the partition folder itself; engines read them where they are only with mapred.input.dir.recursive=true and hive.mapred.supports.subdirectories=true in Hive, hive.recursive-directories=true in Trino and Presto',
    },
  ]
}

interface Troubled {
  readonly folder: PartitionFolder
  readonly trouble: PlaceTrouble
}

/** Of a new partition that is held back for it. */
export const placeFinding = (troubled: Troubled): Diagnostic => finding(troubled, 0, false)

/** One finding for each kind of trouble, on the first partition that has it. @param registered whether the partitions are */
export function placeFindings(troubled: readonly Troubled[], registered: boolean): Diagnostic[] {
  const byCode = new Map<string, Troubled[]>()
  for (const one of troubled) byCode.set(one.trouble.code, [...(byCode.get(one.trouble.code) ?? []), one])
  return [...byCode.values()].map(([first, ...others]) =>
    finding(first as Troubled, others.length, registered),
  )
}

function finding({ folder, trouble }: Troubled, others: number, registered: boolean): Diagnostic {
  const { code, path, engine, does, fix } = trouble
  const alike = others === 0 ? '' : ` (and ${others} more partitions like it)`
  const exposed = registered && code === 'EMPTY_FILE'
  return {
    code: exposed ? 'EXPOSED_FILE' : code,
    severity: registered ? 'error' : 'warning',
    partition: printValues(folder.values),
    path,
    message: `${engine} ${does}; the partition is ${registered ? 'registered, so queries meet it' : 'held back'}${alike}`,
    fix,
  }
}
