/** A plan as a file: written by `goldsync plan --out`, applied by `goldsync apply`. It holds no secrets. */
import { createHash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import * as z from 'zod'
import { GoldsyncError } from '../../base/errors.ts'
import type { Config } from '../../config/config.ts'
import type { PlannedTable } from '../../run/planned.ts'

const step = z.strictObject({
  kind: z.string(),
  summary: z.string(),
  command: z.string(),
  digest: z.string().regex(/^[0-9a-f]{64}$/),
})

const planFile = z.strictObject({
  kind: z.literal('goldsync-plan'),
  version: z.literal(1),
  createdAt: z.string(),
  config: z.string(),
  mode: z.enum(['recent', 'full']),
  reread: z.boolean(),
  tables: z.array(z.strictObject({ catalog: z.string(), table: z.string(), steps: z.array(step) })),
})

export type PlanFile = z.output<typeof planFile>

/** Bytes: more is no plan that anybody has looked at. */
const MOST = 256 * 1024 * 1024

/** Which catalog it is and where, of whatever kind. Not who asks, nor how: a password may be another by the time of the apply. */
const PLACE: ReadonlySet<string> = new Set([
  'kind',
  'uris',
  'host',
  'port',
  'path',
  'catalog',
  'file',
  'region',
  'catalogId',
  'endpoint',
])

const placeOf = (settings: Config['catalogs'][string]): unknown =>
  Object.entries(settings)
    .filter(([key]) => PLACE.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1))

/** What a plan is made of, but for secrets: another lake, layout or catalog, or the same at another address, makes another plan. */
export function fingerprintOf({ lakes, catalogs }: Pick<Config, 'lakes' | 'catalogs'>): string {
  const parts = lakes.map(({ location, layout, database, catalogs }) => [
    location,
    layout.options,
    database,
    catalogs,
  ])
  const places = Object.entries(catalogs).map(([name, settings]) => [name, placeOf(settings)])
  return createHash('sha256')
    .update(JSON.stringify([parts, places]))
    .digest('hex')
}

/** @throws GoldsyncError `REQUEST_INVALID` where it cannot be written */
export async function writePlan(
  file: string,
  config: Config,
  request: Pick<PlanFile, 'mode' | 'reread'>,
  tables: readonly PlannedTable[],
): Promise<void> {
  const head = { kind: 'goldsync-plan', version: 1, createdAt: new Date().toISOString() }
  const plan = { ...head, config: fingerprintOf(config), ...request, tables }
  try {
    await writeFile(file, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o600 })
  } catch (cause) {
    const hint = 'name a file in a folder that is there, and in which goldsync may write'
    throw unusable(file, 'cannot be written', cause, hint)
  }
}

/** @throws GoldsyncError `REQUEST_INVALID` where it is no plan, `CONFLICT` where it is one of another config */
export async function readPlan(file: string, config: Config): Promise<PlanFile> {
  const parsed = planFile.safeParse(await jsonOf(file))
  if (!parsed.success) throw unusable(file, `is no plan of this version: ${parsed.error.issues[0]?.message}`)
  if (parsed.data.config === fingerprintOf(config)) return parsed.data
  throw new GoldsyncError(
    'CONFLICT',
    `${file} was planned with other lakes, layouts or catalogs than the config has now`,
    {
      hint: 'apply it with the config that it was made with, or make a new plan',
      retryable: false,
    },
  )
}

async function jsonOf(file: string): Promise<unknown> {
  try {
    if ((await stat(file)).size > MOST) throw new Error(`more than ${MOST} bytes`)
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (cause) {
    throw unusable(file, 'cannot be read', cause)
  }
}

function unusable(
  file: string,
  what: string,
  cause?: unknown,
  hint = 'name a file that goldsync plan --out has written',
): GoldsyncError {
  const reason = cause instanceof Error ? `: ${cause.message}` : ''
  return new GoldsyncError('REQUEST_INVALID', `${file} ${what}${reason}`, {
    hint,
    cause,
  })
}
