/** An engine that writes down what it is asked, and answers as a test wants. */
import type { Engine, Probe, Proof } from '../../shared/engines/engine.ts'
import { printValues } from '../../shared/schema/table.ts'

export interface EngineDouble {
  /** What reading a file ends with; by default it is read. */
  read(probe: Probe): Proof | Promise<Proof>
  /** How many of a table's partitions it sees; by default all. */
  sees(table: string, partitions: number): number
  version: string
  engine: Engine
  /** `refresh`, `visible a, b` (tables), `read orders/2019/09/01/09/a.parquet id,amount`. */
  readonly calls: string[]
}

export const cannot = (message = 'HIVE_BAD_DATA: no'): Proof => ({ outcome: 'cannot', message })

export function openDouble(more: Partial<Engine> = {}): EngineDouble {
  const calls: string[] = []
  const double: EngineDouble = {
    read: () => ({ outcome: 'read', lost: [] }),
    sees: (_table, partitions) => partitions,
    version: '476',
    calls,
    engine: {
      name: 'trino',
      kind: 'trino',
      catalogs: ['memory'],
      reader: async () => ({ kind: 'trino', version: double.version }),
      refresh: async () => undefined,
      visible: async wanted => {
        calls.push(`visible ${wanted.map(({ table }) => table.name).join(', ')}`)
        return wanted.map(({ table, partitions }) => double.sees(table.name, partitions.length))
      },
      read: async probe => {
        calls.push(
          `read ${probe.table.name}/${printValues(probe.partition)}/${probe.file} ${probe.columns.map(({ name }) => name).join()}`,
        )
        return double.read(probe)
      },
      databases: async () => ['golden'],
      close: async () => undefined,
      ...more,
    },
  }
  return double
}
