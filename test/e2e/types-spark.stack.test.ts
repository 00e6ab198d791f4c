import { beforeAll, expect, test } from 'vitest'
import { COLUMN_FACTS } from '../../shared/evolution/engines.ts'
import { parseType } from '../../shared/schema/type.ts'
import { expectedValues, type Reading } from '../support/engine-values.ts'
import { acceptedKind, kindNames, kindOf } from '../support/kinds.ts'
import { sparkReadings } from '../support/spark.ts'
import { describeStack } from '../support/stack.ts'
import { warningsOf } from '../support/warnings.ts'

describeStack(['writers'], 'Spark under the columns that goldsync maps', () => {
  let readings: ReadonlyMap<string, Reading>
  const confirmed = new Set<string>()

  beforeAll(async () => {
    readings = await sparkReadings(kindNames)
  })

  test.each(kindNames)(
    'returns what pyarrow reads of %s.parquet, or a diagnostic says that it does not',
    async kind => {
      const { diagnostics } = await acceptedKind(kind)
      const surprises = kindOf(kind).columns.flatMap(({ name, type, values }) => {
        const reading = readings.get(`${kind}.${name}`) as Reading
        if ('values' in reading && same(type, reading.values, values)) return []
        const warnings = warningsOf(diagnostics, name, 'spark')
        for (const { code } of warnings) confirmed.add(code)
        return warnings.length > 0 ? [] : [`${name}: ${JSON.stringify(reading)}`]
      })
      expect(surprises).toEqual([])
    },
  )

  test('each refusal that goldsync tells of Spark was seen', () => {
    const told = Object.entries(COLUMN_FACTS).filter(([, facts]) =>
      facts.some(({ engine, by }) => engine === 'spark' && by === 'seen'),
    )
    expect(told.map(([code]) => code).filter(code => !confirmed.has(code))).toEqual([])
  })
})

function same(type: string, ...values: Parameters<typeof expectedValues>[1][]): boolean {
  const [got, expected] = values.map(list => JSON.stringify(expectedValues(parseType(type), list)))
  return got === expected
}
