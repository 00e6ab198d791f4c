/** A recent scan lists what is above the partitions of its window only where something may have come to it. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { ROOT, type TestLake, testLake } from '../support/lake.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A storage that tells of folders what HDFS does. @param count what it tells instead of the true one */
function likeHdfs(lake: TestLake, count?: number) {
  const times = new Map<string, number>()
  const { put, remove, list } = lake.storage
  const parentOf = (location: string) => location.slice(0, location.lastIndexOf('/'))
  const known = new Set<string>([ROOT])
  lake.storage.put = (location, bytes, modified) => {
    put(location, bytes, modified)
    for (let at = location; !known.has(at); at = parentOf(at)) {
      known.add(at)
      times.set(at, lake.clock.now)
      times.set(parentOf(at), lake.clock.now)
    }
  }
  lake.storage.remove = location => {
    remove(location)
    for (const one of [...known]) if (`${one}/`.startsWith(`${location}/`)) known.delete(one)
    times.set(parentOf(location), lake.clock.now)
  }
  const listed: string[] = []
  lake.storage.list = async (location, call) => {
    listed.push(location === ROOT ? '' : location.slice(ROOT.length + 1))
    const children = await list(location, call)
    return Promise.all(
      children.map(async child => {
        if (child.kind === 'file') return child
        const inside = await list(child.location)
        return { ...child, modified: times.get(child.location) ?? 0, children: count ?? inside.length }
      }),
    )
  }
  return { take: () => listed.splice(0), times }
}

/** Scanned at noon and twice at one, when an hour had come. It is ten to two. */
async function scannedLake(count?: number) {
  const lake = testLake()
  vi.spyOn(Date, 'now').mockImplementation(() => lake.clock.now)
  const storage = likeHdfs(lake, count)
  lake.clock.now -= HOUR
  for (const hour of ['09', '10', '11']) lake.put(`orders/2019/09/01/${hour}/a.parquet`, 'v1')
  lake.clock.now += HOUR
  await lake.scan()
  lake.clock.now += HOUR
  lake.put('orders/2019/09/01/12/a.parquet', 'v1')
  for (const _ of [1, 2]) await lake.scan()
  lake.clock.now += 50 * MINUTE
  storage.take()
  return { lake, ...storage }
}

const HOURS = ['10', '11', '12'].map(hour => `orders/2019/09/01/${hour}`)
const ABOVE = ['', 'orders/2019', 'orders/2019/09/01']

describe('a recent scan of a storage that counts the children of folders', () => {
  let lake: TestLake
  let take: () => string[]
  beforeEach(async () => {
    ;({ lake, take } = await scannedLake())
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })
  const added = async (options = {}) => lake.table(await lake.scan(options)).addedPartitions

  test('with nothing new makes two lists of a topic beside the hours of its window', async () => {
    for (const _ of [1, 2]) {
      expect(await added()).toEqual([])
      expect(take().sort()).toEqual([...ABOVE, ...HOURS].sort())
    }
  })

  test('that is a full one lists all', async () => {
    await added({ mode: 'full' })
    expect(take()).toEqual(expect.arrayContaining(['orders', 'orders/2019/09']))
  })

  test.each([
    ['hour', '2019/09/01/13'],
    ['day', '2019/09/02/00'],
    ['month', '2019/10/01/00'],
    ['year', '2020/01/01/00'],
    ['hour of a day to come', '2019/09/25/03'],
    ['hour of a year to come', '2031/05/05/05'],
  ])('finds a new %s at once, and what comes to it then', async (_, path) => {
    lake.put(`orders/${path}/a.parquet`, 'v1', 0)
    expect(await added()).toEqual([path])
    lake.clock.now += HOUR
    expect(await added()).toEqual([])
    const next = `${path.slice(0, -1)}${Number(path.at(-1)) + 1}`
    lake.put(`orders/${next}/a.parquet`, 'v1', 0)
    expect(await added()).toEqual([next])
  })

  test('finds folders that come to a folder of the future, of which it knows already', async () => {
    lake.put('orders/2019/09/25/03/a.parquet', 'v1')
    for (const _ of [1, 2, 3]) {
      await added()
      lake.clock.now += HOUR
    }
    lake.put('orders/2019/09/25/04/a.parquet', 'v1', 0)
    expect(await added()).toEqual(['2019/09/25/04'])
  })

  test('finds a new folder in the place of one that was taken away', async () => {
    await added()
    lake.storage.remove(`${ROOT}/orders/2019/09/01`)
    lake.put('orders/2019/09/02/00/a.parquet', 'v1', 0)
    expect(await added()).toEqual(['2019/09/02/00'])
  })

  test('lists what changed in the last ten minutes, since it may change again in the same millisecond', async () => {
    lake.put('orders/2019/09/02/00/a.parquet', 'v1')
    await added()
    take()
    await added()
    expect(take()).toContain('orders/2019/09')
    lake.clock.now += 11 * MINUTE
    await added()
    take()
    await added()
    expect(take()).not.toContain('orders/2019/09')
  })

  test('tells of folders that do not fit each time', async () => {
    lake.clock.now += HOUR
    lake.put('orders/2019/nonsense/a.parquet', 'v1')
    lake.put('orders/2019/09/99/00/a.parquet', 'v1')
    for (const _ of [1, 2, 3]) {
      lake.clock.now += HOUR
      const codes = (await lake.scan()).diagnostics.map(({ code }) => code)
      expect(codes).toEqual(expect.arrayContaining(['FOREIGN_FOLDER', 'IMPOSSIBLE_DATE']))
    }
  })

  test('tells of files above the partitions each time', async () => {
    lake.put('orders/2019/09/stray.parquet', 'v1')
    for (const _ of [1, 2, 3]) {
      lake.clock.now += HOUR
      expect((await lake.scan()).diagnostics.map(({ code }) => code)).toContain('WRONG_DEPTH')
    }
  })
})

test('a count that is not that of the listing, as mount points have it, proves nothing', async () => {
  const { lake, take } = await scannedLake(7)
  await lake.scan()
  expect(take().sort()).toEqual([...ABOVE, 'orders', 'orders/2019/09', ...HOURS].sort())
  vi.restoreAllMocks()
})
