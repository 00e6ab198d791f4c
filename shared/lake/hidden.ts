/** Folders that are not walked since their names are hidden ones, though the layout has a place for them: told, once a walk. */
import { mayHoldData } from '../layout/files.ts'
import type { Diagnostic } from '../schema/diagnostic.ts'
import type { FileStatus } from '../storages/storage.ts'
import type { Folder, LakeRoot } from './found.ts'

const CODE = 'HIDDEN_FOLDER'

/** Names that a finding has at most. */
const NAMED = 5

/** What is said of the hidden folders among these, if there is something to say. */
export function hiddenFolders(
  { layout }: LakeRoot,
  folder: Pick<Folder, 'segments' | 'location'>,
  children: readonly FileStatus[],
): Diagnostic[] {
  const hidden = children.filter(
    ({ kind, name }) =>
      kind === 'directory' && mayHoldData(name) && layout.enter([...folder.segments, name]).kind === 'match',
  )
  if (hidden.length === 0) return []
  const names = hidden.slice(0, NAMED).map(({ name }) => name)
  const more = hidden.length > NAMED ? ` and ${hidden.length - NAMED} more` : ''
  const ofTopics = folder.segments.length < layout.topicDepth
  return [
    {
      code: CODE,
      severity: ofTopics ? 'info' : 'warning',
      path: folder.location,
      message: `${ofTopics ? 'topics' : 'folders'} whose names begin with _ or . are not synced, here ${names.join(', ')}${more}: by convention they hold what is not data, and Hive does not read a partition folder that is named so`,
      fix: `if ${hidden.length === 1 ? 'it holds' : 'they hold'} data that is to be queried, have its writer name the folder otherwise (unknown instead of _unknown)`,
    },
  ]
}

/** A filter that lets one such finding through: a big lake may have one in each of its folders. */
export function hiddenOnce(): (finding: Diagnostic) => boolean {
  let told = false
  return ({ code }) => {
    if (code !== CODE) return true
    const first = !told
    told = true
    return first
  }
}
