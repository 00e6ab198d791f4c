/** The configuration, parsed once into values that cannot be wrong. */
import { readFile } from 'node:fs/promises'
import { GoldsyncError } from '../base/errors.ts'
import { placeIceberg } from './iceberg.ts'
import { type LakeConfig, openLakes } from './lakes.ts'
import { explainIssues } from './problems.ts'
import { retype } from './retype.ts'
import { type ConfigInput, configSchema, type ParsedConfig } from './schema.ts'
import { type Environment, expandVariables } from './variables.ts'
import { sayIssue } from './words.ts'

export type { LakeConfig } from './lakes.ts'

export interface Config {
  readonly lakes: readonly LakeConfig[]
  /** Settings for `openCatalog`, by name. */
  readonly catalogs: ParsedConfig['catalogs']
  /** Settings for `openEngine`, by name. */
  readonly engines: ParsedConfig['engines']
  /** Settings for `openScheduler`, by name. */
  readonly schedulers: ParsedConfig['schedulers']
  /** Absent where no webhook is served. */
  readonly webhook: ParsedConfig['webhook']
  /** Absent where the config names no sink; the platform may. */
  readonly events: ParsedConfig['events']
  /** Absent where nobody is told of lineage. */
  readonly lineage: ParsedConfig['lineage']
  readonly metrics: ParsedConfig['metrics']
  /** Absent where nobody is sent spans. */
  readonly tracing: ParsedConfig['tracing']
  readonly server: ParsedConfig['server']
  readonly log: ParsedConfig['log']
  /** Absent where the config says nothing: then the host decides. */
  readonly history: ParsedConfig['history']
}

const DEFAULT_FILE = 'goldsync.yaml'

/**
 * The config of `file`, of GOLDSYNC_CONFIG (YAML or JSON text), or of ./goldsync.yaml, whichever is given first.
 * @throws GoldsyncError `CONFIG_INVALID`, whose message has a line for each problem
 */
export async function loadConfig(env: Environment, file?: string): Promise<Config> {
  const fromEnv = file === undefined && env.GOLDSYNC_CONFIG
  const source = fromEnv ? 'GOLDSYNC_CONFIG' : (file ?? DEFAULT_FILE)
  return configOf(await parseText(fromEnv || (await readText(file)), source), source, env)
}

/** YAML's parser takes longer to load than the rest of a start takes, so it is not loaded for JSON. */
async function parseText(text: string, source: string): Promise<unknown> {
  try {
    return JSON.parse(text) as unknown
  } catch {
    const { parseYaml } = await import('./yaml.ts')
    return parseYaml(text, source)
  }
}

export interface DefaultOptions {
  /** Root folder of the lake. */
  readonly lake: string
  readonly layout?: string | undefined
  /** The DuckDB file; default `catalog.duckdb` in the current folder. */
  readonly catalog?: string | undefined
}

/** What `--lake` stands for: one lake in the embedded catalog. @throws GoldsyncError `CONFIG_INVALID` */
export async function defaultConfig({
  lake,
  layout,
  catalog = 'catalog.duckdb',
}: DefaultOptions): Promise<Config> {
  const input: ConfigInput = {
    lakes: [{ location: lake, createDatabase: true, ...(layout === undefined ? {} : { layout }) }],
    catalogs: { duckdb: { kind: 'duckdb', file: catalog } },
  }
  return parseConfig(input, 'the command line')
}

async function readText(file: string | undefined): Promise<string> {
  try {
    return await readFile(file ?? DEFAULT_FILE, 'utf8')
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    const problem = missing ? 'there is no file' : 'cannot read'
    throw new GoldsyncError('CONFIG_INVALID', `${problem} ${file ?? DEFAULT_FILE}`, {
      hint: 'write a goldsync.yaml (docs/configuration.md), name one with --config or GOLDSYNC_CONFIG, or use --lake DIR',
      cause,
    })
  }
}

/**
 * @param input parsed, with its variables @param source where it is from, for messages
 * @throws GoldsyncError `CONFIG_INVALID`, whose message has a line for each problem
 */
export function configOf(input: unknown, source: string, env: Environment): Config {
  const { value, problems } = expandVariables(input, env)
  if (problems.length > 0) throw invalid(source, problems)
  return parseConfig(value, source, input)
}

/** @param written the input as it was before variables were expanded */
function parseConfig(input: unknown, source: string, written = input): Config {
  const parsed = parse(input, written)
  if (!parsed.success) throw invalid(source, explainIssues(parsed.error.issues, input))
  const problems: string[] = []
  const lakes = openLakes(parsed.data, problems)
  problems.push(...wrongCatalogs(parsed.data), ...unguarded(parsed.data))
  const catalogs = placeIceberg(parsed.data, lakes, problems)
  if (problems.length > 0) throw invalid(source, problems)
  const { engines, schedulers, webhook, events, lineage, metrics, tracing, server, log, history } =
    parsed.data
  const others = { engines, schedulers, webhook, events, lineage, metrics, tracing, server, log, history }
  return { lakes, catalogs, ...others }
}

// Jitless: what parses once need not be compiled first, and each cold start would pay for it.
const PARSING = { error: sayIssue, jitless: true } as const

function parse(input: unknown, written: unknown) {
  const first = configSchema.safeParse(input, PARSING)
  if (first.success) return first
  return configSchema.safeParse(retype(input, written, first.error.issues), PARSING)
}

/** Every name of a catalog that another part of the config has. */
function wrongCatalogs({ catalogs, engines, schedulers }: ParsedConfig): string[] {
  const known = Object.keys(catalogs)
  const asked = Object.entries(engines).flatMap(([engine, { catalogs: names = [] }]) =>
    names.map(name => [`engines.${engine}.catalogs`, name] as const),
  )
  const told = Object.entries(schedulers).flatMap(([name, { catalog }]) =>
    catalog === undefined ? [] : [[`schedulers.${name}.catalog`, catalog] as const],
  )
  const unknown = [...asked, ...told]
    .filter(([, name]) => !known.includes(name))
    .map(([key, name]) => `${key}: ${name} is not defined; catalogs has: ${known.join(', ')}`)
  const unasked = asked
    .filter(([, name]) => catalogs[name]?.kind === 'duckdb')
    .map(([key, name]) => `${key}: ${name} is a file of DuckDB, of which engines are not asked: leave it out`)
  return [...unknown, ...unasked]
}

const unguarded = ({ webhook, server }: ParsedConfig): string[] =>
  server.exposure === 'public' && webhook === undefined
    ? [
        'server.exposure: a public server needs a secret for its webhook: set webhook.standard (docs/webhook.md)',
      ]
    : []

const invalid = (source: string, problems: readonly string[]): GoldsyncError =>
  new GoldsyncError(
    'CONFIG_INVALID',
    `${source} is not valid:\n${problems.map(problem => `  ${problem}`).join('\n')}`,
    {
      hint: 'docs/configuration.md has all keys',
    },
  )
