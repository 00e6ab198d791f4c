/** A partition folder with its files. */
import { classifyFile, type FileClass, isWorkFolder, replaces } from '../layout/files.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { LakeFile, PartitionFolder, UnacceptedFile } from '../schema/observed.ts'
import type { FileStatus } from '../storages/storage.ts'
import { mismatch } from './folders.ts'
import type { Folder, Found, LakeRoot } from './found.ts'

/** The file that writers leave in a folder that is complete. */
const SUCCESS = '_SUCCESS'

export function readLeaf(
  lake: LakeRoot,
  folder: Folder,
  children: readonly FileStatus[],
): Found<PartitionFolder> {
  const parsed = lake.layout.parse(folder.segments)
  if (parsed.kind !== 'partition')
    return { found: [], diagnostics: [mismatch(parsed, folder.location)], complete: true }
  const { values, time } = parsed
  return leafOf({ ...folder, values, time }, children)
}

/** The folder of a partition whose values are known, wherever it lies. */
export function leafOf(
  { values, time, ...folder }: Folder & Pick<PartitionFolder, 'values' | 'time'>,
  children: readonly FileStatus[],
): Found<PartitionFolder> {
  const visible = children.filter(child => !isWorkFolder(child.name))
  const files = visible.filter(child => child.kind === 'file')
  const names = new Set(files.map(({ name }) => name))
  const of = (kind: FileClass) => files.filter(file => kindOf(file, names) === kind)
  const empty = of('empty').map(({ location }) => location)
  const subfolders = visible.filter(({ kind }) => kind === 'directory').map(({ location }) => location)
  const leaf: PartitionFolder = {
    values,
    segments: folder.segments,
    location: folder.location,
    time,
    modified: files.reduce((newest, file) => Math.max(newest, file.modified), folder.modified),
    ...(folder.above === undefined ? {} : { above: folder.above }),
    files: of('data').map(lakeFile),
    unaccepted: of('temporary').map(stillOpen),
    success: children.some(child => child.kind === 'file' && child.name === SUCCESS),
    ...(empty.length > 0 ? { empty } : {}),
    ...(subfolders.length > 0 ? { subfolders } : {}),
  }
  return { found: [leaf], diagnostics: [], complete: true }
}

function kindOf({ name, size }: FileStatus, beside: ReadonlySet<string>): FileClass {
  const kind = classifyFile(name, size)
  return kind === 'data' && replaces(name, beside) ? 'temporary' : kind
}

const lakeFile = ({ location, size, modified, etag }: FileStatus): LakeFile => ({
  path: location,
  size,
  modified,
  ...(etag === undefined ? {} : { etag }),
})

function stillOpen(file: FileStatus): UnacceptedFile {
  const diagnostic: Diagnostic = {
    code: 'TEMPORARY_FILE',
    severity: 'warning',
    path: file.location,
    message: `${file.name} has the name of a file that is still being written`,
    fix: 'nothing, if its writer renames it when it is complete: the next run picks it up; else move it out of the partition folder, under a name that begins with _ or . if it is to be kept there',
  }
  return { ...lakeFile(file), diagnostic }
}
