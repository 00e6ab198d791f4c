import { beforeAll, expect, test } from 'vitest'
import { COLUMN_FACTS } from '../../shared/evolution/engines.ts'
import { asReadBy } from '../../shared/evolution/read-by.ts'
import { effectsOn } from '../../shared/evolution/readers.ts'
import type { Diagnostic } from '../../shared/schema/diagnostic.ts'
import type { DataFile } from '../../shared/schema/observed.ts'
import type { Reader } from '../../shared/schema/reader.ts'
import { parseType } from '../../shared/schema/type.ts'
import { expectedValues, type Reading } from '../support/engine-values.ts'
import { acceptedKind, kindNames, kindOf } from '../support/kinds.ts'
import { sparkReadings, sparkVersion } from '../support/spark.ts'
import { describeStack } from '../support/stack.ts'
import { warningsOf } from '../support/warnings.ts'

describeStack(['writers'], 'Spark under the columns that goldsync maps', () => {
  let readings: ReadonlyMap<string, Reading>
  let reader: Reader
  const confirmed = new Set<string>()

  beforeAll(async () => {
    reader = { kind: 'spark', version: await sparkVersion() }
    readings = await sparkReadings(kindNames)
  })

  test.each(kindNames)(
    'returns what pyarrow reads of %s.parquet, or a diagnostic says that it does not',
    async kind => {
      const file = await acceptedKind(kind)
      const diagnostics = file.diagnostics.map(found => asTold(found, reader))
      const right = new Set<string>()
      const surprises = kindOf(kind).columns.flatMap(({ name, type, values }) => {
        const reading = readings.get(`${kind}.${name}`) as Reading
        if ('values' in reading && same(type, reading.values, values)) {
          right.add(name)
          return []
        }
        const warnings = warningsOf(diagnostics, name, 'spark')
        for (const { code } of warnings) confirmed.add(code)
        return warnings.length > 0 ? [] : [`${name}: ${JSON.stringify(reading)}`]
      })
      expect(surprises).toEqual([])
      expect(heldFor(file, reader).filter(names => names.every(name => right.has(name)))).toEqual([])
    },
  )

  test('each refusal that goldsync tells of Spark was seen', () => {
    const told = Object.entries(COLUMN_FACTS).filter(([, facts]) =>
      effectsOn(
        facts.filter(({ by }) => by === 'seen'),
        [reader],
      ).some(({ engine }) => engine === 'spark'),
    )
    expect(told.map(([code]) => code).filter(code => !confirmed.has(code))).toEqual([])
  })
})

const asTold = (found: Diagnostic, reader: Reader): Diagnostic => ({
  ...found,
  engines: effectsOn(found.engines ?? [], [reader]),
})

/** What is not registered for the reader's sake: columns one by one, or those of the file together. */
function heldFor(accepted: DataFile, reader: Reader): string[][] {
  const { file, refused } = asReadBy(accepted, [reader])
  const names = accepted.columns.map(({ name }) => name)
  if (refused) return [names]
  const kept = new Set(file.columns.map(({ name }) => name))
  return names.filter(name => !kept.has(name)).map(name => [name])
}

function same(type: string, ...values: Parameters<typeof expectedValues>[1][]): boolean {
  const [got, expected] = values.map(list => JSON.stringify(expectedValues(parseType(type), list)))
  return got === expected
}
