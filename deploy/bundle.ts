/** Bundles by esbuild: split ESM, so that a driver's client is parsed only when it is used. */
import { builtinModules } from 'node:module'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'

/** Hold native libraries, so they are never bundled; who uses them says how to install them. */
const NATIVE = ['@duckdb/node-api', 'kerberos']
/** What hive-driver's WebSocket transport and pg try to load and do without. */
const ACCELERATORS = ['bufferutil', 'utf-8-validate', 'pg-native']

// Packages in CommonJS require Node's own modules; ESM has no `require`.
const BANNER = "const require=process.getBuiltinModule('module').createRequire(import.meta.url);"

/** Packages that come in two forms, and where each lies. Of the one that Node.js would take nothing can be left out: three quarters of the AWS SDK's clients, and OpenTelemetry's lists of names. */
const FORMS: Readonly<Record<string, readonly [commonjs: string, esm: string]>> = {
  '@opentelemetry': ['/build/src/', '/build/esm/'],
  '@aws-sdk': ['/dist-cjs/', '/dist-es/'],
  '@smithy': ['/dist-cjs/', '/dist-es/'],
}

const LEAN_FORMS: Plugin = {
  name: 'lean-forms',
  setup: ({ onResolve, resolve }) => {
    onResolve(
      { filter: /^@(opentelemetry|aws-sdk|smithy)\// },
      async ({ path, resolveDir, kind, pluginData }) => {
        if (pluginData === 'found') return undefined
        const found = await resolve(path, { resolveDir, kind, pluginData: 'found' })
        const [commonjs, esm] = FORMS[path.slice(0, path.indexOf('/'))] as readonly [string, string]
        return { ...found, path: found.path.replace(commonjs, esm) }
      },
    )
  },
}

/**
 * Node's own modules by `require`. To `import` one looks at all that it exports, and `node:http` of Node 22 then loads the whole of
 * fetch and WebSocket: a fifth of a start.
 */
const BUILTINS: Plugin = {
  name: 'builtins',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^node:(fs|http|util)$/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    )
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require('${path}')`,
    }))
  },
}

/**
 * Parts that libraries load for what nothing here does: Thrift over WebSockets (ws), files in forms (mime-db, the types of all their
 * endings), the names of browsers (bowser), and logs written by other threads (pino's transport). Compressed, they are 60 kB.
 */
const UNUSED: Plugin = {
  name: 'unused',
  setup: ({ onLoad }) => {
    onLoad(
      {
        filter:
          /[\\/]node_modules[\\/](mime-db[\\/]db[.]json|(ws|bowser)[\\/].*[.]m?js|pino[\\/]lib[\\/]transport[.]js)$/,
      },
      ({ path }) =>
        path.endsWith('.json')
          ? { contents: '{}', loader: 'json' }
          : { contents: 'module.exports = {}', loader: 'js' },
    )
  },
}

const RECIPE = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Identifiers stay as they are: libraries look at names, and to give short ones their names back slows each start.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  metafile: true,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  external: [...NATIVE, ...ACCELERATORS],
  plugins: [BUILTINS, LEAN_FORMS, UNUSED],
  // On Node 20 the AWS SDK prints that its releases of 2027 want Node 22; package.json pins one of before.
  define: { 'process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED': '"true"' },
} as const satisfies BuildOptions

/** @param banner what the entry files begin with */
export async function bundle(entries: Readonly<Record<string, string>>, outdir: string): Promise<Metafile> {
  const { metafile } = await build({ ...RECIPE, entryPoints: entries, outdir, banner: { js: BANNER } })
  refuseStrangers(metafile)
  return metafile
}

/** A bundle runs where nothing is installed: it may need Node's own modules and, on demand, DuckDB and Kerberos. */
function refuseStrangers(metafile: Metafile): void {
  const imports = Object.values(metafile.outputs).flatMap(output => output.imports)
  const strangers = imports.filter(({ external, path, kind }) => external && !isAllowed(path, kind))
  const native = Object.keys(metafile.inputs).filter(path => path.endsWith('.node'))
  const found = [...new Set([...strangers.map(({ path }) => path), ...native])]
  if (found.length > 0) throw new Error(`the bundle would need ${found.join(', ')} at run time`)
}

const isAllowed = (path: string, kind: string): boolean =>
  path.startsWith('node:') ||
  builtinModules.includes(path) ||
  ACCELERATORS.includes(path) ||
  (NATIVE.includes(path) && kind === 'dynamic-import')
