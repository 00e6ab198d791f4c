import { describe, expect, it } from 'vitest'
import type { Plan, Step } from '../../shared/catalogs/catalog.ts'
import type { Change } from '../../shared/schema/change.ts'
import type { Partition } from '../../shared/schema/partition.ts'
import { partitionKey, type Table } from '../../shared/schema/table.ts'
import { columns } from '../support/types.ts'
import {
  addColumns,
  addPartitions,
  alterPartitions,
  changeTypes,
  dropPartitions,
  expectError,
  movePartitions,
  partitionOf,
  type Subject,
  setParameters,
} from './catalog-support.ts'

/** Plans, steps, aborts and failures. */
export function applyBehaviour(subject: Subject): void {
  const { created, inspect } = subject
  const names = async (table: Table) =>
    (await subject.catalog().partitions(table, { want: 'names' })).map(({ values }) => values[0]).sort()

  const oneOfEach = (table: Table, partitions: readonly Partition[]): Change[] => [
    { kind: 'createDatabase', database: table.name.database },
    { kind: 'createTable', table },
    addColumns(table, 'extra int'),
    changeTypes(table, { id: 'bigint' }),
    addPartitions(table, ...partitions),
    alterPartitions(table, partitions[0] as Partition),
    movePartitions(table, inPlace(partitions[0] as Partition)),
    dropPartitions(table, ['never there']),
    moveTable(table),
    setParameters(table, { mark: '2026-11-21T00:00:00.000Z' }),
  ]

  const moveTable = ({ name, location }: Table): Change => ({
    kind: 'moveTable',
    table: name,
    from: location,
    to: location,
  })
  const inPlace = ({ values, location }: Partition) => ({ values, from: location, to: location })

  describe('a plan', () => {
    it('has no steps for no changes, and applies', async () => {
      const table = subject.table()
      const plan = subject.catalog().plan(table.name, [])
      expect(plan).toEqual({ table: table.name, steps: [] })
      await subject.catalog().apply(plan)
    })

    it('covers all changes in their order', () => {
      const table = subject.table()
      const partitions = Array.from({ length: 2100 }, (_, at) => partitionOf(table, [`p${at}`]))
      const { steps } = subject.catalog().plan(table.name, oneOfEach(table, partitions))
      const kinds = steps.map(step => step.change.kind)
      expect(kinds.filter((kind, at) => kind !== kinds[at - 1])).toEqual(
        oneOfEach(table, partitions).map(change => change.kind),
      )
      expect(addedBy(steps)).toEqual(partitions.map(({ values }) => partitionKey(values)))
    })

    it('splits thousands of partitions into batches', () => {
      const table = subject.table()
      const partitions = Array.from({ length: 5000 }, (_, at) => partitionOf(table, [`p${at}`]))
      const { steps } = subject.catalog().plan(table.name, [addPartitions(table, ...partitions)])
      expect(steps.length).toBeGreaterThan(1)
    })

    it('says in each step what is done to which table', () => {
      const table = subject.table({ name: { database: subject.harness().database, name: 'named_table' } })
      const { steps } = subject
        .catalog()
        .plan(table.name, oneOfEach(table, [partitionOf(table, ['2019-09-01'])]).slice(1))
      for (const step of steps) {
        expect(step.command).toContain('named_table')
        expect(step.summary).toMatch(/^\w+ .+/)
        expect(step.summary.length).toBeLessThan(120)
      }
    })

    it('is readable, however many partitions and files it names', () => {
      const table = subject.table()
      const files = Array.from({ length: 3000 }, (_, at) => ({
        path: `${table.location}/a/part-${at}.parquet`,
        size: 1,
        modified: 1,
        rows: 1,
        columns: table.columns,
        diagnostics: [],
      }))
      const change = addPartitions(table, partitionOf(table, ['a'], { files }))
      for (const step of subject.catalog().plan(table.name, [change]).steps)
        expect(step.command.length).toBeLessThan(20_000)
    })

    it('needs no connection and is the same each time', async () => {
      const unreachable = await subject.harness().unreachable()
      const table = subject.table()
      const changes = oneOfEach(table, [partitionOf(table, ['a'])])
      const plan = unreachable.plan(table.name, changes)
      expect(plan).toEqual(subject.catalog().plan(table.name, changes))
      await unreachable.close()
    })

    it('changes nothing', async () => {
      const table = subject.table()
      subject.catalog().plan(table.name, oneOfEach(table, [partitionOf(table, ['a'])]))
      expect(await subject.catalog().inspect(table.name)).toBeUndefined()
    })
  })

  describe('apply', () => {
    it('does all steps, and done twice changes nothing', async () => {
      const table = subject.table({ columns: columns('id int') })
      const grown = { ...table, columns: columns('id bigint', 'extra int') }
      const plan = subject.catalog().plan(table.name, oneOfEach(table, [partitionOf(grown, ['a'])]))
      await subject.catalog().apply(plan)
      const once = { table: await inspect(table), partitions: await everything(table) }
      await subject.catalog().apply(plan)
      expect(withoutServerTimes(await inspect(table))).toEqual(withoutServerTimes(once.table))
      expect((await everything(table)).map(({ columns }) => columns)).toEqual(
        once.partitions.map(({ columns }) => columns),
      )
    })

    it('tells of each step that is done', async () => {
      const table = subject.table({ columns: columns('id int') })
      const grown = { ...table, columns: columns('id bigint', 'extra int') }
      const plan = subject.catalog().plan(table.name, oneOfEach(table, [partitionOf(grown, ['a'])]))
      const told: [Step, number][] = []
      await subject.catalog().apply(plan, { onStep: (step, done) => told.push([step, done]) })
      expect(told).toEqual(plan.steps.map((step, at) => [step, at + 1]))
    })

    it('does nothing when it is aborted before', async () => {
      const table = await created()
      const plan = subject.catalog().plan(table.name, [addColumns(table, 'extra int')])
      await expectError(subject.catalog().apply(plan, { signal: AbortSignal.abort() }), 'ABORTED')
      expect((await inspect(table)).columns).toHaveLength(2)
    })

    it('stops between steps when it is aborted, and keeps what is done', async ({ skip }) => {
      if (subject.harness().together) skip('a step is told of when all of them are done')
      const { table, plan } = await threeSteps()
      const controller = new AbortController()
      const { signal } = controller
      await expectError(
        subject.catalog().apply(plan, { signal, onStep: () => controller.abort() }),
        'ABORTED',
      )
      await isAfterTheFirstStep(table)
    })

    it('leaves the steps before a failing one done and those after it undone', async () => {
      const { table, plan } = await threeSteps()
      await subject
        .catalog()
        .apply(
          subject
            .catalog()
            .plan(table.name, [
              addPartitions(
                table,
                partitionOf(table, ['a'], { location: subject.harness().location('other') }),
              ),
            ]),
        )
      const done: number[] = []
      await expectError(subject.catalog().apply(plan, { onStep: (_, count) => done.push(count) }), 'CONFLICT')
      expect(done).toEqual([1])
      expect((await inspect(table)).columns).toHaveLength(3)
      expect((await inspect(table)).parameters.mark).toBeUndefined()
    })

    it('converges when it is run again after it was cut', async () => {
      const { table, plan } = await threeSteps()
      const controller = new AbortController()
      const { signal } = controller
      await subject
        .catalog()
        .apply(plan, { signal, onStep: () => controller.abort() })
        .catch(() => undefined)
      await subject.catalog().apply(plan)
      expect((await inspect(table)).columns).toHaveLength(3)
      expect(await names(table)).toEqual(['a'])
      expect((await inspect(table)).parameters.mark).toBe('done')
    })

    it.each([
      ['columns', (table: Table) => addColumns(table, 'extra int')],
      ['partitions', (table: Table) => addPartitions(table, partitionOf(table, ['a']))],
      ['parameters', (table: Table) => setParameters(table, { a: 'b' })],
      ['types', (table: Table) => changeTypes(table, { id: 'bigint' })],
      ['another location', (table: Table) => moveTable(table)],
    ])('cannot give %s to a table that does not exist', async (_, change) => {
      const table = subject.table()
      await expectError(subject.apply(table, change(table)), 'NOT_FOUND')
      expect(await subject.catalog().inspect(table.name)).toBeUndefined()
    })

    const threeSteps = async (): Promise<{ table: Table; plan: Plan }> => {
      const table = await created()
      const plan = subject
        .catalog()
        .plan(table.name, [
          addColumns(table, 'extra int'),
          addPartitions(table, partitionOf(table, ['a'])),
          setParameters(table, { mark: 'done' }),
        ])
      return { table, plan }
    }

    const isAfterTheFirstStep = async (table: Table) => {
      expect((await inspect(table)).columns).toHaveLength(3)
      expect(await names(table)).toEqual([])
      expect((await inspect(table)).parameters.mark).toBeUndefined()
    }

    const everything = (table: Table) =>
      subject.catalog().partitions(table, { want: 'details', among: [['a']] })
    // Hive keeps the time of the last DDL as a parameter.
    const withoutServerTimes = (table: Table) => ({
      ...table,
      parameters: Object.fromEntries(
        Object.entries(table.parameters).filter(([key]) => !/^(transient_|last_modified_)/.test(key)),
      ),
    })
  })

  describe('a catalog that cannot be reached', () => {
    it('says so when it is asked', async () => {
      const unreachable = await subject.harness().unreachable()
      const { name } = subject.table()
      await expectError(unreachable.inspect(name), 'UNAVAILABLE', 'TIMEOUT')
      await unreachable.close()
    })

    it('says so when changes are applied', async () => {
      const unreachable = await subject.harness().unreachable()
      const table = subject.table()
      const plan = unreachable.plan(table.name, [{ kind: 'createTable', table }])
      await expectError(unreachable.apply(plan), 'UNAVAILABLE', 'TIMEOUT')
      await unreachable.close()
    })

    it('is not waited for once the caller has given up', async () => {
      const unreachable = await subject.harness().unreachable()
      await expectError(unreachable.inspect(subject.table().name, { signal: AbortSignal.abort() }), 'ABORTED')
      await unreachable.close()
    })
  })
}

const addedBy = (steps: readonly Step[]): string[] =>
  steps.flatMap(({ change }) =>
    change.kind === 'addPartitions' ? change.partitions.map(({ values }) => partitionKey(values)) : [],
  )
