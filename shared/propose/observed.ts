/** What a look at a lake has seen, and what is proposed of it. */

/** A folder that holds data files. */
export interface ObservedFolder {
  /** Names from the folder that was looked at. */
  readonly segments: readonly string[]
  /** Oldest modification time of its data files, epoch milliseconds. */
  readonly first: number
}

export interface Observed {
  /** The folder that was looked at: absolute, without a trailing slash. */
  readonly location: string
  /** Folders directly in it, hidden ones left out: how many there are, and how many of them were looked into. */
  readonly inRoot: number
  readonly lookedInto: number
  readonly folders: readonly ObservedFolder[]
  /** Folders that could not be listed. */
  readonly unlisted: number
  /** Why the look ended before it had seen all that it would have; undefined where it had. */
  readonly cut?: string | undefined
}

/** How far what was seen tells it. */
type Sureness = 'sure' | 'likely' | 'unsure'

/** One thing of a config, and why. */
export interface Decision<T = string> {
  readonly value: T
  readonly sure: Sureness
  readonly why: string
  /** What else it may be. */
  readonly alternatives?: readonly string[]
}

/** One lake of the config. */
export interface LakeProposal {
  readonly location: string
  readonly layout: Decision
  readonly timeZone: Decision
  readonly partitionKeys: Decision
  readonly database: Decision
  /** Topics that it takes, where others of the same folder are another lake's; undefined for all. */
  readonly include?: readonly string[]
  readonly exclude?: readonly string[]
}

export interface Proposal {
  readonly lakes: readonly LakeProposal[]
  /** What could not be decided, a sentence each. */
  readonly open: readonly string[]
}
