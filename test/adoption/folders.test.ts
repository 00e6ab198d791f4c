import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { spellValues, withoutRegisteredOtherwise } from '../../shared/adoption/folders.ts'
import { compileLayout } from '../../shared/layout/compile.ts'
import { locationKey, sameLocation } from '../../shared/layout/location.ts'
import type { PartitionFolder } from '../../shared/schema/observed.ts'
import { type PartitionValues, printValues } from '../../shared/schema/table.ts'

const table = { database: 'golden', name: 'orders' }
const ROOT = 'hdfs://nn:8020/golden'

const folderOf = (path: string, values: PartitionValues = path.split('/')): PartitionFolder => ({
  values,
  segments: ['orders', ...path.split('/')],
  location: `${ROOT}/orders/${path}`,
  time: undefined,
  modified: 0,
  files: [],
  unaccepted: [],
  success: false,
})
const at = (location: string, ...values: string[]) => ({ values, location })
const valuesOf = (folders: readonly PartitionFolder[]) => folders.map(folder => printValues(folder.values))

describe('folders that the catalog has under other values', () => {
  const folders = [folderOf('2019/09/01/01'), folderOf('2019/09/01/02'), folderOf('2019/09/01/03')]

  test('are taken out and told once; the others stay', () => {
    const { folders: kept, diagnostics } = withoutRegisteredOtherwise(table, folders, [
      at('hdfs://NN/golden/orders/2019/09/01/01/', '2019', '9', '1', '1'),
      at(`${ROOT}/orders/2019/09/01/02`, '2019', '9', '1', '2'),
    ])
    expect(valuesOf(kept)).toEqual(['2019/09/01/03'])
    expect(diagnostics).toMatchObject([
      {
        code: 'PARTITION_VALUES_DIFFER',
        severity: 'error',
        partition: '2019/09/01/01',
        message: expect.stringMatching(/^2 folders are .* as 2019\/9\/1\/1 instead of 2019\/09\/01\/01/),
      },
    ])
  })

  test('stay where they are registered under their own values too, or only elsewhere', () => {
    const registered = [
      at(`${ROOT}/orders/2019/09/01/01`, '2019', '09', '01', '01'),
      at(`${ROOT}/orders/2019/09/01/01`, '2019', '9', '1', '1'),
      at(`${ROOT}/archive/02`, '2019', '09', '01', '02'),
      at(`${ROOT}/archive/03`, '2019', '9', '1', '3'),
    ]
    expect(withoutRegisteredOtherwise(table, folders, registered)).toEqual({ folders, diagnostics: [] })
  })

  test('in any mix: a kept folder is at no location of a partition with other values, and nothing else is lost', () => {
    const hour = fc.integer({ min: 0, max: 5 })
    const spelling = fc.constantFrom(
      (n: number) => `0${n}`,
      String,
      (n: number) => `h${n}`,
    )
    const partition = fc
      .tuple(hour, hour, spelling, fc.constantFrom('', '/', '//'))
      .map(([value, place, spell, slash]) => at(`${ROOT}/orders/0${place}${slash}`, spell(value)))
    fc.assert(
      fc.property(fc.uniqueArray(hour), fc.array(partition), (hours, registered) => {
        const all = hours.map(value => folderOf(`0${value}`))
        const { folders: kept, diagnostics } = withoutRegisteredOtherwise(table, all, registered)
        const own = new Set(registered.map(({ values }) => printValues(values)))
        const wanted = all.filter(
          folder =>
            own.has(printValues(folder.values)) ||
            !registered.some(({ location }) => sameLocation(location, folder.location)),
        )
        expect(kept).toEqual(wanted)
        expect(diagnostics.length).toBe(kept.length < all.length ? 1 : 0)
      }),
    )
  })

  test('are found by a key that all spellings of a location share', () => {
    const part = fc.constantFrom('a', 'b%2Fc', 'x y', 'x%20y', 'x%2520y', '%', '%zz', 'π', '%CF%80', '')
    const location = fc
      .tuple(
        fc.constantFrom('s3://b/', 's3a://b/', 'hdfs://NN:8020/', 'hdfs://nn/', 'file:/', '/'),
        fc.array(part),
      )
      .map(([root, parts]) => root + parts.join('/'))
    fc.assert(
      fc.property(location, location, (a, b) => {
        if (sameLocation(a, b)) expect(locationKey(a)).toBe(locationKey(b))
        // In S3 a second slash makes another key.
        if (!a.endsWith('/')) expect(locationKey(a)).toBe(locationKey(`${a}/`))
      }),
      { numRuns: 2000 },
    )
  })
})

describe("values in a table's own spelling", () => {
  const layout = compileLayout({ template: '{topic}/{yyyy}/region={region}' }).withKeys([
    { name: 'year', type: { kind: 'string' } },
    { name: 'region', type: { kind: 'int' } },
  ])

  test('are given to each folder, and a folder without such a value is told', () => {
    const spelled = spellValues([folderOf('2019/region=07'), folderOf('2019/region=eu')], layout)
    expect(valuesOf(spelled.folders)).toEqual(['2019/7'])
    expect(spelled.diagnostics).toMatchObject([
      {
        code: 'FOREIGN_FOLDER',
        severity: 'warning',
        path: `${ROOT}/orders/2019/region=eu`,
        message: expect.stringContaining(
          '"eu" is not a value of the partition key region, whose type is int',
        ),
      },
    ])
  })
})
