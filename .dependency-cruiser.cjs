/** The import rules of docs/architecture.md. Each is broken on purpose by test/policy/imports.test.ts. */

/** The rooms below shared/, and functions/, the lowest floor first. A room imports from the floors below its own. */
const FLOORS = [
  ['base', 'schema'],
  ['credentials'],
  ['layout', 'evolution', 'sql', 'iceberg', 'storages', 'auth', 'events'],
  ['parquet', 'lake', 'hiveserver2', 'propose'],
  ['catalogs', 'engines', 'history', 'schedulers'],
  ['state', 'config'],
  ['adoption', 'run'],
  ['decide'],
  ['table', 'inspect'],
  ['sync', 'upkeep'],
  ['function', 'check'],
  ['outbound', 'page'],
  ['functions'],
  ['hosts'],
]

const DRIVERS = '^shared/(storages|catalogs|engines|history|schedulers)'
/** The protocol and the SQL that Trino and Presto have in common; Hive's metastore, where two catalogs keep tables. */
const SHARED_BY_DRIVERS = '^shared/(engines/statements|catalogs/hms)/'
const PURE = '^shared/(schema|layout|evolution|sql|iceberg|propose)/|^shared/parquet/(?!read[.]ts$)'
const DECISIONS = '^shared/(state|adoption|decide)/'
/** Makes one text of a status and a history: of what these are it knows the types, and what to do about a code. */
const PAGE = '^shared/page/'
/** What a run does, in terms of the contracts. */
const STORY =
  '^shared/(inspect|run|lake|state|adoption|decide|table|sync|upkeep|check|outbound)/|^shared/function/(?!connect[.]ts$)'

const rule = (name, from, to) => ({ name, severity: 'error', from, to })
const pathOf = room => (room === 'functions' ? '^functions/' : `^shared/${room}/`)
const anyOf = rooms => rooms.map(pathOf).join('|')

/** Nothing runs upwards, nor along a floor. */
const downwards = FLOORS.flatMap((floor, at) =>
  floor.map(room => {
    const others = FLOORS.slice(at)
      .flat()
      .filter(other => other !== room)
    return rule('rooms-import-downwards', { path: pathOf(room) }, { path: anyOf(others) || '^$' })
  }),
)

module.exports = {
  forbidden: [
    rule('no-cycles', {}, { circular: true }),
    ...downwards,
    rule('schema-imports-nothing', { path: '^shared/schema/' }, { pathNot: '^shared/schema/' }),
    rule('pure-does-no-io', { path: `${PURE}|${DECISIONS}` }, { dependencyTypes: ['core'] }),
    rule(
      'pure-needs-no-package',
      { path: `${PURE}|${DECISIONS}` },
      { path: 'node_modules/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'pure-knows-no-edge',
      { path: PURE },
      { path: '^shared/', pathNot: `${PURE}|^shared/base/(errors|visible)[.]ts$` },
    ),
    // What servers told them is data; of the rest they name types.
    rule(
      'decisions-see-types-only',
      { path: DECISIONS },
      {
        path: '^shared/(base/(?!errors[.])|parquet/read[.]|lake/(?!order[.])|(run|storages|catalogs|engines)/)',
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule('page-does-no-io', { path: PAGE }, { dependencyTypes: ['core'] }),
    rule(
      'page-sees-types-only',
      { path: PAGE },
      {
        path: '^(shared|functions)/',
        pathNot: `${PAGE}|^shared/function/remedies[.]ts$`,
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule(
      'only-connect-opens',
      { path: '^(shared|functions)/', pathNot: '^shared/(function/connect[.]ts$|config/)' },
      { path: '^shared/(catalogs|engines|schedulers)/open[.]ts$' },
    ),
    rule(
      'story-knows-contracts-only',
      { path: STORY },
      { path: `${DRIVERS}/([^/]+/|open[.]ts$)|^shared/config/` },
    ),
    rule(
      'drivers-are-strangers',
      { path: `${DRIVERS}/([^/]+)/` },
      { path: `${DRIVERS}/[^/]+/`, pathNot: `^shared/$1/$2/|${SHARED_BY_DRIVERS}` },
    ),
    rule(
      'only-open-names-drivers',
      { path: '^(shared|functions)/', pathNot: `${DRIVERS}/(open[.]ts$|[^/]+/)` },
      { path: `${DRIVERS}/[^/]+/` },
    ),
    rule('functions-are-strangers', { path: '^functions/' }, { path: '^(functions|test|deploy)/' }),
    rule('product-knows-no-deploy', { path: '^(shared|functions)/' }, { path: '^deploy/' }),
    rule('product-knows-no-test', { path: '^(shared|functions|deploy)/' }, { path: '^test/' }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
