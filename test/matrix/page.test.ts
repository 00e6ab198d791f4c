import { describe, expect, test } from 'vitest'
import type { Group } from './group.ts'
import { pageOf, readPage } from './page.ts'
import { byFeature, readResults, type TestResult } from './results.ts'
import { testsOf } from './run.ts'

test('docs/compatibility.md is what its results say (npm run matrix -- --page)', () => {
  expect(readPage()).toBe(pageOf(readResults()))
})

describe('tests by feature', () => {
  const group: Group = {
    title: 'group',
    features: [
      { title: 'created', tests: /is created/ },
      { title: 'never run', tests: /never/ },
      { title: 'the rest', tests: /^test\/a/ },
    ],
    notes: '',
  }
  const ran = (name: string, state: TestResult['state'], message?: string): TestResult => ({
    file: 'test/a.test.ts',
    name,
    state,
    ...(message ? { message } : {}),
  })

  test('are counted under the first that names them, with why they failed', () => {
    const results = [
      ran('is created', 'passed'),
      ran('is created twice', 'failed', 'Error: refused\n  at x'),
      ran('else', 'skipped'),
    ]
    expect(byFeature(group, results)).toEqual([
      {
        feature: 'created',
        passed: 1,
        failed: 1,
        skipped: 0,
        no: [{ test: 'is created twice', message: 'Error: refused' }],
      },
      { feature: 'the rest', passed: 0, failed: 0, skipped: 1, no: [] },
    ])
  })

  test('that saw something refused, as the server is known for, are told apart, with the word', () => {
    const limit = (word: string) => ({ name: 'nested-types', word })
    const results = [
      ran('is created', 'passed'),
      { ...ran('is created nested', 'passed'), limit: limit('CONFLICT: t1') },
      { ...ran('is created nested again', 'passed'), limit: limit('CONFLICT: t2') },
      {
        ...ran('is created, and what is refused is seen', 'failed', 'Error: x'),
        limit: limit('CONFLICT: t3'),
      },
    ]
    expect(byFeature(group, results)).toMatchObject([
      { passed: 1, failed: 1, refused: [{ limit: 'nested-types', tests: 2, word: 'CONFLICT: t1' }] },
    ])
  })

  test('that no feature names are there too', () => {
    const stray = { ...ran('else', 'passed'), file: 'test/b.test.ts' }
    expect(byFeature(group, [stray])).toMatchObject([{ feature: 'other', passed: 1 }])
  })
})

test('of a file that could not begin with all of its tests, what ran has passed, and the others have failed', () => {
  const assertionResults = [
    { fullName: 'reads', status: 'passed' },
    { fullName: 'lists odd names', status: 'skipped' },
  ]
  const file = { name: `${process.cwd()}/test/a.test.ts`, status: 'failed', message: '', assertionResults }
  expect(testsOf({ testResults: [file] }).map(({ name, state }) => [name, state])).toEqual([
    ['reads', 'passed'],
    ['lists odd names', 'failed'],
  ])
})

test('what was refused and what failed is told below the table, and what could not be measured', () => {
  const about = { group: 'metastores', version: '9', date: '2026-11-28' }
  const no = [{ test: 'is created', message: 'Error: `broken`' }]
  const refused = [{ limit: 'nested-types', tests: 2, word: 'CONFLICT: no' }]
  const page = pageOf([
    {
      ...about,
      entry: 'one',
      features: [{ feature: 'other', passed: 3, failed: 1, skipped: 0, refused, no }],
    },
    { ...about, entry: 'two', features: [{ feature: 'other', passed: 4, failed: 0, skipped: 0, no: [] }] },
    { ...about, entry: 'three', features: [], error: 'not on Maven' },
  ])
  expect(page).toContain('| other | 3; **no** nested types: 2; **failed**: 1 | 4 |  |')
  expect(page).toContain('- no nested types (other): `CONFLICT: no`')
  expect(page).toContain(`- failed (other): "is created": \`Error: 'broken'\``)
  expect(page).toContain('- could not be measured: `not on Maven`')
})
