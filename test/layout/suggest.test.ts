import { describe, expect, test } from 'vitest'
import { suggestLayout } from '../../shared/layout/suggest.ts'

const paths = (...texts: string[]) => texts.map(text => text.split('/'))

describe('the layout that folders suggest', () => {
  test.each<[string, string[], string]>([
    ['hours', ['orders/2026/11/20/06', 'clicks/2026/11/20/23'], '{topic}/{yyyy}/{MM}/{dd}/{HH}'],
    ['days', ['orders/2026/11/20'], '{topic}/{yyyy}/{MM}/{dd}'],
    ['minutes', ['orders/2026/11/20/06/59'], '{topic}/{yyyy}/{MM}/{dd}/{HH}/{mm}'],
    ['dates in one name', ['orders/2026-11-20'], '{topic}/{yyyy}-{MM}-{dd}'],
    ['without separators', ['orders/20261120/06'], '{topic}/{yyyy}{MM}{dd}/{HH}'],
    ['with underscores', ['orders/2026_11/20'], '{topic}/{yyyy}_{MM}/{dd}'],
    ['without leading zeros', ['orders/2026/9/1', 'orders/2026/11/20'], '{topic}/{yyyy}/{M}/{d}'],
    ['of Hive', ['orders/year=2026/month=11/day=20'], '{topic}/year={yyyy}/month={MM}/day={dd}'],
    ['of Hive, in one key', ['orders/dt=2026-11-20/hr=06'], '{topic}/dt={yyyy}-{MM}-{dd}/hr={HH}'],
    ['with a key of text', ['orders/region=eu/dt=2026-11-20'], '{topic}/region={region}/dt={yyyy}-{MM}-{dd}'],
    ['a month and its day in one name', ['orders/2026/11-20/07'], '{topic}/{yyyy}/{MM}-{dd}/{HH}'],
    ['without a separator', ['orders/2026/1120/07'], '{topic}/{yyyy}/{MM}{dd}/{HH}'],
    ['a day and its hour in one name', ['orders/2026/11/20T07'], '{topic}/{yyyy}/{MM}/{dd}T{HH}'],
    ['with what they are', ['orders/y2026/m11/d20/h07'], '{topic}/y{yyyy}/m{MM}/d{dd}/h{HH}'],
    ['with what they are behind them', ['orders/2026/11/20/07h'], '{topic}/{yyyy}/{MM}/{dd}/{HH}h'],
    ['likewise, of Hive', ['orders/2026/11/day=day-9'], '{topic}/{yyyy}/{MM}/day=day-{d}'],
    ['in names that say something else', ['orders/2026/d11', 'orders/2026/h12'], '{topic}/{yyyy}/{part2}'],
    ['in names that say it of some', ['orders/2026/m11', 'orders/2026/12'], '{topic}/{yyyy}/{part2}'],
    ['a week, which is no time', ['orders/2026/week-11/20'], '{topic}/{yyyy}/{part2}/{part3}'],
    ['with text below', ['orders/2026/11/eu', 'orders/2026/11/us'], '{topic}/{yyyy}/{MM}/{part3}'],
    ['a name between', ['orders/data/2026/11', 'clicks/data/2026/11'], '{topic}/data/{yyyy}/{MM}'],
    ['text between', ['orders/eu/2026/11', 'clicks/us/2026/11'], '{topic}/{part1}/{yyyy}/{MM}'],
  ])('%s', (_, folders, template) => {
    expect(suggestLayout(paths(...folders))).toEqual({ template, root: [] })
  })

  test('tells that the root is too deep, or too high', () => {
    expect(suggestLayout(paths('2026/11/20/06'))).toEqual({
      template: '{topic}/{yyyy}/{MM}/{dd}/{HH}',
      root: 'above',
    })
    expect(suggestLayout(paths('dt=2026-11-20'))).toMatchObject({ root: 'above' })
    expect(suggestLayout(paths('golden/orders/2026/11', 'golden/clicks/2026/11'))).toEqual({
      template: '{topic}/{yyyy}/{MM}',
      root: ['golden'],
    })
  })

  test('is that of most folders, and none where nothing is told', () => {
    const most = paths('orders/2026/11/20', 'orders/2026/11/21', 'orders/old/x')
    expect(suggestLayout(most)?.template).toBe('{topic}/{yyyy}/{MM}/{dd}')
    expect([suggestLayout([]), suggestLayout(paths('orders/old/x'))]).toEqual([undefined, undefined])
    expect(suggestLayout(paths('orders/2026/02/30'))).toBeUndefined()
  })
})
