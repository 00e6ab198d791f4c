import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise, type ICruiseResult, type IFlattenedRuleSet } from 'dependency-cruiser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

type Config = { forbidden: { name: string }[]; options: object }
const config = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as Config

/** The rooms of the picture in docs/architecture.md, floor by floor, the top one first; `functions/` is beside shared/. */
const FLOORS = picture(readFileSync('docs/architecture.md', 'utf8'))

const pathOf = (room: string, file: string): string =>
  room === 'functions' ? `functions/${file}` : `shared/${room}/${file}`

/** From each room to each that is not below it. */
const UPWARDS = FLOORS.flatMap((floor, at) =>
  floor.flatMap(room =>
    FLOORS.slice(0, at + 1)
      .flat()
      .filter(other => other !== room)
      .map(
        other =>
          ['rooms-import-downwards', pathOf(room, `to-${other}.ts`), pathOf(other, 'upstairs.ts')] as const,
      ),
  ),
)

/** One deliberate violation of each other rule: the file that breaks it, and what that file must not import. */
const VIOLATIONS: readonly (readonly [rule: string, file: string, imported: string])[] = [
  ['no-cycles', 'shared/layout/egg.ts', 'shared/layout/hen.ts'],
  ['schema-imports-nothing', 'shared/schema/table.ts', 'shared/base/errors.ts'],
  ['pure-does-no-io', 'shared/layout/compile.ts', 'node:fs'],
  ['pure-does-no-io', 'shared/parquet/footer.ts', 'node:zlib'],
  ['pure-does-no-io', 'shared/decide/select.ts', 'node:timers'],
  ['pure-needs-no-package', 'shared/evolution/diff.ts', 'a-package'],
  ['pure-needs-no-package', 'shared/state/table-state.ts', 'a-package'],
  ['pure-needs-no-package', 'shared/adoption/adoption.ts', 'a-package'],
  ['pure-needs-no-package', 'shared/iceberg/stage.ts', 'a-package'],
  ['pure-knows-no-edge', 'shared/sql/hive.ts', 'shared/base/log.ts'],
  ['pure-knows-no-edge', 'shared/layout/naming.ts', 'shared/config/tables.ts'],
  ['pure-knows-no-edge', 'shared/parquet/types.ts', 'shared/storages/storage.ts'],
  ['pure-knows-no-edge', 'shared/evolution/merge.ts', 'shared/lake/order.ts'],
  ['decisions-see-types-only', 'shared/decide/phases.ts', 'shared/lake/walk.ts'],
  ['decisions-see-types-only', 'shared/decide/refresh.ts', 'shared/run/audit.ts'],
  ['decisions-see-types-only', 'shared/state/pending.ts', 'shared/storages/storage.ts'],
  ['decisions-see-types-only', 'shared/adoption/spark.ts', 'shared/base/log.ts'],
  ['page-does-no-io', 'shared/page/page.ts', 'node:fs'],
  ['page-sees-types-only', 'shared/page/problems.ts', 'shared/function/status.ts'],
  ['page-sees-types-only', 'shared/page/past.ts', 'shared/base/log.ts'],
  ['only-connect-opens', 'shared/hosts/cli/call.ts', 'shared/catalogs/open.ts'],
  ['only-connect-opens', 'functions/scan.ts', 'shared/engines/open.ts'],
  ['story-knows-contracts-only', 'shared/sync/sync-lakes.ts', 'shared/config/config.ts'],
  ['story-knows-contracts-only', 'shared/run/run.ts', 'shared/storages/open.ts'],
  ['story-knows-contracts-only', 'shared/table/ledger.ts', 'shared/catalogs/memory/memory.ts'],
  ['story-knows-contracts-only', 'shared/function/status.ts', 'shared/catalogs/open.ts'],
  ['drivers-are-strangers', 'shared/storages/webhdfs/storage.ts', 'shared/storages/local/storage.ts'],
  ['drivers-are-strangers', 'shared/catalogs/duckdb/catalog.ts', 'shared/storages/local/storage.ts'],
  ['drivers-are-strangers', 'shared/engines/presto/presto.ts', 'shared/engines/trino/trino.ts'],
  ['drivers-are-strangers', 'shared/engines/statements/client.ts', 'shared/engines/trino/trino.ts'],
  ['drivers-are-strangers', 'shared/engines/hive/hive.ts', 'shared/catalogs/hiveserver2/read.ts'],
  ['drivers-are-strangers', 'shared/catalogs/hms/options.ts', 'shared/catalogs/metastore/metastore.ts'],
  ['only-open-names-drivers', 'shared/table/verify.ts', 'shared/catalogs/memory/catalog.ts'],
  ['only-open-names-drivers', 'shared/function/connect.ts', 'shared/catalogs/memory/catalog.ts'],
  ['rooms-import-downwards', 'shared/run/report.ts', 'functions/scan.ts'],
  ['functions-are-strangers', 'functions/plan.ts', 'functions/scan.ts'],
  ['product-knows-no-deploy', 'shared/hosts/cli/version.ts', 'deploy/bundle.ts'],
  ['product-knows-no-deploy', 'functions/sync.ts', 'deploy/bundle.ts'],
  ['product-knows-no-test', 'deploy/build.ts', 'test/support/lake.ts'],
]

/** Their like that the rules must let pass. */
const ALLOWED: readonly (readonly [file: string, imported: string])[] = [
  ['shared/storages/open.ts', 'shared/storages/local/storage.ts'],
  ['shared/storages/local/storage.ts', 'shared/storages/storage.ts'],
  ['shared/storages/local/storage.ts', 'node:fs/promises'],
  ['shared/engines/presto/presto.ts', 'shared/engines/statements/client.ts'],
  ['shared/catalogs/metastore/metastore.ts', 'shared/catalogs/hms/connection/client.ts'],
  ['shared/engines/hive/hive.ts', 'shared/hiveserver2/client.ts'],
  ['shared/parquet/read.ts', 'shared/storages/storage.ts'],
  ['shared/evolution/merge.ts', 'shared/schema/type.ts'],
  ['shared/evolution/merge.ts', 'shared/base/errors.ts'],
  ['shared/lake/walk.ts', 'shared/storages/storage.ts'],
  ['shared/decide/phases.ts', 'shared/lake/order.ts'],
  ['shared/config/schema.ts', 'shared/catalogs/open.ts'],
  ['shared/function/connect.ts', 'shared/catalogs/open.ts'],
  ['shared/function/connect.ts', 'shared/config/config.ts'],
  ['shared/hosts/registry.ts', 'functions/scan.ts'],
  ['shared/sync/hen.ts', 'a-package'],
]

/** All the ways in which a file can know another. */
const FORMS: readonly ((from: string) => string)[] = [
  from => `import '${from}'`,
  from => `import type * as types from '${from}'`,
  from => `export type Loaded = typeof import('${from}')`,
  from => `export const load = () => import('${from}')`,
  from => `export type * from '${from}'`,
]

describe('the import rules of .dependency-cruiser.cjs', () => {
  const root = mkdtempSync(join(tmpdir(), 'goldsync-imports-'))
  let found: readonly string[] = []

  beforeAll(async () => {
    plant(root, [
      ...VIOLATIONS.map(([, file, imported]) => [file, imported] as const),
      ...UPWARDS.map(([, file, imported], at) => [file, imported, FORMS[at % FORMS.length]] as const),
      ...ALLOWED,
      ['shared/layout/hen.ts', 'shared/layout/egg.ts'],
    ])
    found = await violationsIn(root, ['shared', 'functions', 'deploy'])
  })

  afterAll(() => rmSync(root, { recursive: true }))

  const isCaught = ([rule, file, imported]: (typeof VIOLATIONS)[number]) =>
    found.includes(`${rule}: ${file} → ${imported.replace('node:', '')}`)

  test.each(VIOLATIONS)('%s catches %s → %s', (rule, file, imported) => {
    expect(found.filter(each => each.startsWith(`${rule}: ${file} → `)).join()).toContain(
      imported.replace('node:', ''),
    )
  })

  test('rooms-import-downwards catches an arrow from each room to each that is not below it', () => {
    expect(UPWARDS.length).toBeGreaterThan(FLOORS.flat().length)
    expect(UPWARDS.filter(upward => !isCaught(upward))).toEqual([])
  })

  test.each(ALLOWED)('none forbids %s → %s', (file, imported) => {
    expect(found.filter(each => each.includes(`${file} → ${imported}`))).toEqual([])
  })

  test('each has a violation above', () => {
    expect([...new Set(VIOLATIONS.map(([rule]) => rule))].sort()).toEqual(
      [...new Set(config.forbidden.map(({ name }) => name))].sort(),
    )
  })

  test('give every room of shared/ its floor, and leave no file in the hall', () => {
    const entries = readdirSync('shared', { withFileTypes: true })
    expect(entries.filter(entry => !entry.isDirectory()).map(({ name }) => name)).toEqual([])
    expect(FLOORS.flat().sort()).toEqual([...entries.map(({ name }) => name), 'functions'].sort())
  })

  test('hold in this repository', async () => {
    expect(await violationsIn('.', ['shared', 'functions', 'deploy'])).toEqual([])
  })
})

/** Lines of a number and names: `3  state  config  inspect`. */
function picture(page: string): string[][] {
  const lines = [...page.matchAll(/^ *(\d+) {2}([a-z]+\d?(?: {2}[a-z]+\d?)*)(?: {3}.*)?$/gm)]
  return lines.map(([, , rooms = '']) => rooms.split('  '))
}

type Planted = readonly [file: string, imported: string, form?: (typeof FORMS)[number] | undefined]

/** Writes files that import what they are paired with; what is imported is there too. */
function plant(root: string, imports: readonly Planted[]): void {
  const paths = [...imports.map(([file]) => file), ...imports.map(([, imported]) => imported)]
  const files = new Map(paths.filter(path => path.endsWith('.ts')).map(path => [path, ['export {}']]))
  for (const [file, imported, form = (from: string) => `import '${from}'`] of imports) {
    const up = '../'.repeat(file.split('/').length - 1)
    files.get(file)?.push(form(`${imported.endsWith('.ts') ? up : ''}${imported}`))
  }
  files.set('node_modules/a-package/index.js', [''])
  files.set('node_modules/a-package/package.json', [
    '{"name":"a-package","version":"1.0.0","main":"index.js"}',
  ])
  files.set('package.json', ['{"dependencies":{"a-package":"1.0.0"}}'])
  for (const [path, lines] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), lines.join('\n'))
  }
}

/** As `rule: file → imported`. */
async function violationsIn(baseDir: string, folders: string[]): Promise<string[]> {
  const { options, ...ruleSet } = config
  const { tsConfig: _, ...rest } = options as { tsConfig: unknown }
  const { output } = await cruise(folders, {
    ...rest,
    baseDir,
    validate: true,
    ruleSet: ruleSet as IFlattenedRuleSet,
  })
  return (output as ICruiseResult).summary.violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from} → ${to}`,
  )
}
