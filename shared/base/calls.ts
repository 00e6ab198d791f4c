/** Calls of the drivers, counted: who was asked for what, and how it ended. */
import { type ErrorCode, summarizeError } from './errors.ts'
import type { SpanAttributes, Tracer } from './tracing.ts'

interface Calls {
  readonly backend: 'storage' | 'catalog' | 'engine'
  /** A lake's location, or the catalog's or engine's name in the config. */
  readonly name: string
  readonly operation: string
  readonly outcome: 'ok' | ErrorCode
  readonly count: number
}

/** One call, as it ended. */
export interface Called extends Omit<Calls, 'count'> {
  readonly ms: number
  /** What it was about: a path, a table; absent where it was about several. */
  readonly about?: string
}

/** Whose calls are counted. */
interface Backend extends Pick<Calls, 'backend' | 'name'> {
  /** Of the driver: `metastore`, `trino`. */
  readonly kind?: string
}

export interface CallCounter {
  /** The same driver, with those of `operations` counted that it has. */
  counted<D extends object>(driver: D, of: Backend, operations: readonly (keyof D & string)[]): D
  calls(): readonly Calls[]
}

/** @param onCall told of each call when it has ended @param tracer has a span for each, where there is one */
export function openCallCounter(onCall: (call: Called) => void = () => {}, tracer?: Tracer): CallCounter {
  const counts = new Map<string, Calls>()
  const count = ({ ms, about, ...call }: Called) => {
    const key = JSON.stringify(call)
    counts.set(key, { ...call, count: (counts.get(key)?.count ?? 0) + 1 })
    onCall({ ...call, ms, ...(about === undefined ? {} : { about }) })
  }
  return {
    calls: () => [...counts.values()],
    counted(driver, backend, operations) {
      const { kind: _, ...of } = backend
      const wrapped = operations.flatMap(operation => {
        const ask = driver[operation] as ((...args: readonly unknown[]) => Promise<unknown>) | undefined
        if (ask === undefined) return []
        const counting = async (...args: readonly unknown[]) => {
          const began = performance.now()
          const span = tracer?.begin(`${of.backend} ${operation}`, {
            kind: 'client',
            attributes: attributesOf(backend, operation, aboutOf(args)),
          })
          const end = (outcome: Calls['outcome']) => {
            count({ ...of, operation, outcome, ms: Math.round(performance.now() - began), ...aboutOf(args) })
            span?.end({}, outcome === 'ok' ? undefined : outcome)
          }
          const work = (): Promise<unknown> => ask.apply(driver, args as unknown[])
          try {
            const answer = await (span ? span.within(work) : work())
            end('ok')
            return answer
          } catch (error) {
            end(summarizeError(error).code)
            throw error
          }
        }
        return [[operation, counting] as const]
      })
      return { ...driver, ...Object.fromEntries(wrapped) }
    },
  }
}

/** By the semantic conventions of OpenTelemetry, for files and databases: https://opentelemetry.io/docs/specs/semconv */
function attributesOf(
  { backend, name, kind }: Backend,
  operation: string,
  { about }: ReturnType<typeof aboutOf>,
): SpanAttributes {
  if (backend === 'storage') return { 'goldsync.lake': name, 'file.path': about }
  const [database, table] = about?.split('.') ?? []
  return {
    'db.system.name': kind,
    'db.operation.name': operation,
    'db.namespace': database,
    'db.collection.name': table,
    [`goldsync.${backend}`]: name,
  }
}

/** What contracts have as their first argument: a path, a table's name, or something that has either. */
function aboutOf([first]: readonly unknown[]): { readonly about?: string } {
  if (typeof first === 'string') return { about: first }
  if (typeof first !== 'object' || first === null) return {}
  const { path, table, name, database } = first as Readonly<Record<string, unknown>>
  if (typeof path === 'string') return { about: path }
  if (typeof database === 'string' && typeof name === 'string') return { about: `${database}.${name}` }
  const nested = table ?? name
  return typeof nested === 'object' ? aboutOf([nested]) : {}
}
