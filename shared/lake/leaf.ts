/** A partition folder with its files. */
import { classifyFile, isWorkFolder } from '../layout/files.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { LakeFile, PartitionFolder, UnacceptedFile } from '../schema/observed.ts'
import type { FileStatus } from '../storages/storage.ts'
import { type Folder, mismatch } from './folders.ts'
import type { Found, LakeRoot } from './found.ts'

/** The file that writers leave in a folder that is complete. */
const SUCCESS = '_SUCCESS'

export function readLeaf(
  lake: LakeRoot,
  folder: Folder,
  children: readonly FileStatus[],
): Found<PartitionFolder> {
  const parsed = lake.layout.parse(folder.segments)
  if (parsed.kind !== 'partition') return { found: [], diagnostics: [], complete: true }
  const visible = children.filter(child => !isWorkFolder(child.name))
  const files = visible.filter(child => child.kind === 'file')
  const leaf: PartitionFolder = {
    values: parsed.values,
    segments: folder.segments,
    location: folder.location,
    time: parsed.time,
    modified: files.reduce((newest, file) => Math.max(newest, file.modified), folder.modified),
    files: files.filter(file => classifyFile(file.name, file.size) === 'data').map(lakeFile),
    unaccepted: files.filter(file => classifyFile(file.name, file.size) === 'temporary').map(stillOpen),
    success: children.some(child => child.kind === 'file' && child.name === SUCCESS),
  }
  const notes = visible
    .filter(child => child.kind === 'directory')
    .map(child => mismatch('WRONG_DEPTH', `${lake.layout.template} ends one level above`, child))
  return { found: [leaf], diagnostics: notes, complete: true }
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
    fix: 'nothing, if its writer renames it when it is complete: the next run picks it up; else remove it',
  }
  return { ...lakeFile(file), diagnostic }
}
