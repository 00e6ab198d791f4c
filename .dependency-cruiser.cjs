/** The import rules of the architecture: see docs/architecture.md. Each is checked by test/policy/imports.test.ts. */
const DRIVERS = '^shared/(storages|catalogs|engines)'
const PURE = '^shared/(schema|layout|evolution|sql)/|^shared/parquet/(?!read[.]ts$)'
/** What a run does, in terms of the contracts. */
const STORY = '^shared/((?!config|connect|function)[^/]+[.]ts$|(lake|table|adoption)/)'
const rule = (name, from, to) => ({ name, severity: 'error', from, to })

module.exports = {
  forbidden: [
    rule('no-cycles', {}, { circular: true }),
    rule('schema-imports-nothing', { path: '^shared/schema/' }, { pathNot: '^shared/schema/' }),
    rule('pure-does-no-io', { path: PURE }, { dependencyTypes: ['core'] }),
    rule(
      'pure-needs-no-package',
      { path: PURE },
      { path: 'node_modules/', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'pure-knows-no-edge',
      { path: PURE },
      { path: `${DRIVERS}/|^shared/((hosts|config|lake|table|adoption)/|(?!errors[.])[^/]+[.]ts$)` },
    ),
    rule(
      'story-knows-contracts-only',
      { path: STORY },
      { path: `${DRIVERS}/([^/]+/|open[.]ts$)|^shared/(hosts/|connect|config)` },
    ),
    rule(
      'drivers-are-strangers',
      { path: `${DRIVERS}/([^/]+)/` },
      { path: `${DRIVERS}/[^/]+/`, pathNot: '^shared/$1/$2/' },
    ),
    rule(
      'only-open-names-drivers',
      { path: '^(shared|functions)/', pathNot: `${DRIVERS}/(open[.]ts$|[^/]+/)` },
      { path: `${DRIVERS}/[^/]+/` },
    ),
    rule(
      'shared-knows-no-function',
      { path: '^shared/', pathNot: '^shared/hosts/' },
      { path: '^(functions|test|deploy)/' },
    ),
    rule('functions-are-strangers', { path: '^functions/' }, { path: '^(functions|test|deploy)/' }),
    rule('product-knows-no-test', { path: '^(shared|functions|deploy)/' }, { path: '^test/' }),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
}
