/** Files that the user names, wherever they are, also below no lake: one storage for each server and bucket. */
import { summarizeError } from '../../base/errors.ts'
import type { LakeConfig } from '../../config/config.ts'
import { describeFile, type FileDescription } from '../../inspect/describe-file.ts'
import { type Inspection, inspectFile } from '../../inspect/inspect-file.ts'
import { relativeTo } from '../../layout/location.ts'
import type { TypeRules } from '../../parquet/rules.ts'
import { resolveLocation, schemeOf } from '../../storages/location.ts'
import { openStorage } from '../../storages/open.ts'
import type { Storage } from '../../storages/storage.ts'

/** Why there is nothing to tell of a file. */
export interface Rejection {
  readonly code: string
  readonly message: string
  /** What to do about it. */
  readonly fix?: string | undefined
}

/** Errors of one file are its answer, so that the next file gets its own. */
export interface NamedFiles {
  /** For scripts. @param facts whether how it is packed and its statistics are wanted too */
  describe(name: string, facts: boolean): Promise<FileDescription>
  /** For people. @param types the choices that the types depend on */
  inspect(name: string, types: TypeRules): Promise<Inspection | Rejection>
  close(): Promise<void>
}

/** @param lakes of a config, whose settings serve the files below them */
export function openNamedFiles(
  lakes: readonly Pick<LakeConfig, 'location' | 'storage'>[],
  env: NodeJS.ProcessEnv = process.env,
): NamedFiles {
  const storages = new Map<string, Storage>()
  const open = async (location: string): Promise<Storage> => {
    const lake = lakes.find(lake => relativeTo(lake.location, location) !== undefined)
    const root = lake?.location ?? /^[^/]*:\/\/[^/]*/.exec(location)?.[0] ?? '/'
    const storage = storages.get(root) ?? (await openStorage(root, lake?.storage ?? settingsOf(root, env)))
    storages.set(root, storage)
    return storage
  }
  return {
    describe: (name, facts) => describe(name, facts, open),
    inspect: (name, types) => inspect(name, types, open),
    close: async () => {
      await Promise.all([...storages.values()].map(storage => storage.close()))
    },
  }
}

type Open = (location: string) => Promise<Storage>

async function describe(name: string, facts: boolean, open: Open): Promise<FileDescription> {
  try {
    const location = resolveLocation(name)
    // The file is named as the user named it.
    return { ...(await describeFile(await open(location), location, { facts })), file: name }
  } catch (error) {
    const { code, message } = summarizeError(error)
    return { file: name, error: { code, message } }
  }
}

async function inspect(name: string, types: TypeRules, open: Open): Promise<Inspection | Rejection> {
  try {
    const location = resolveLocation(name)
    const found = await inspectFile(await open(location), location, { types })
    return 'diagnostic' in found ? found.diagnostic : found
  } catch (error) {
    const { code, message, hint } = summarizeError(error)
    return { code, message, fix: hint }
  }
}

/** What the SDK does not tell from these variables itself: that another server than AWS's has its buckets in the path. */
export function settingsOf(root: string, env: NodeJS.ProcessEnv): Readonly<Record<string, unknown>> {
  const { AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_REGION } = env
  const endpoint = AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL
  if (!(schemeOf(root).startsWith('s3') && endpoint)) return {}
  return { endpoint, ...(AWS_REGION ? { region: AWS_REGION } : {}) }
}
