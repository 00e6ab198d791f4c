import { describe, expect, test } from 'vitest'
import { ownStatistics } from '../../shared/evolution/statistics.ts'

const published = { 'goldsync.statistics': 'id,day', 'goldsync.fingerprint': '1:2:3' }

describe('column statistics that are goldsync’s', () => {
  test('are those that a partition names, and none where it names none', () => {
    expect(ownStatistics(published)).toEqual(['id', 'day'])
    expect(ownStatistics({})).toEqual([])
    expect(ownStatistics()).toEqual([])
  })

  test('are not those that somebody has analyzed since', () => {
    const analyzed = '{"BASIC_STATS":"true","COLUMN_STATS":{"day":"true","other":"true"}}'
    expect(ownStatistics({ ...published, COLUMN_STATS_ACCURATE: analyzed })).toEqual(['id'])
  })

  test.each(['true', '', '{"BASIC_STATS":"true"}', '{"COLUMN_STATS":', 'null', '7', '{"COLUMN_STATS":null}'])(
    'are all that are named where %j is said of who analyzed',
    COLUMN_STATS_ACCURATE => {
      expect(ownStatistics({ ...published, COLUMN_STATS_ACCURATE })).toEqual(['id', 'day'])
    },
  )

  test('are all that are named where a build was stopped before it could take the server’s word away', () => {
    const stopped = {
      ...published,
      'goldsync.fingerprint': 'unpublished:1:2:3',
      COLUMN_STATS_ACCURATE: '{"COLUMN_STATS":{"id":"true","day":"true"}}',
    }
    expect(ownStatistics(stopped)).toEqual(['id', 'day'])
  })
})
