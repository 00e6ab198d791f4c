import { describe, expect, it } from 'vitest'
import {
  afterRun,
  NO_PROOFS,
  type Proofs,
  type Proved,
  printProofs,
  proofsOn,
} from '../../shared/state/proofs.ts'

const KEY = 'goldsync.engine.trino'
const kindOf = (at: number): string => String(at).padStart(12, '0')
const NOTHING: Proved = {
  version: '476',
  proven: [],
  failures: [],
  gone: new Set(),
  settled: new Set(),
  left: [],
  unseen: 'as before',
}
const failure = (at: number) => ({
  kind: kindOf(at),
  partition: `2019/09/01/${at}`,
  file: `f${at}`,
  said: 'no',
})

/** What the table says after it was told. */
const kept = (proofs: Proofs): Proofs => {
  const { parameters } = printProofs(new Map([['trino', proofs]]))
  expect(parameters[KEY]!.length).toBeLessThanOrEqual(3500)
  return proofsOn(parameters, [{ name: 'trino' }]).get('trino')!
}

describe('what is known of an engine', () => {
  it('is on the table as it was told', () => {
    const proofs = {
      ...NO_PROOFS,
      version: '476',
      proven: [kindOf(1)],
      failures: [failure(2)],
      unseen: [['a']],
    }
    expect(kept(proofs)).toEqual(proofs)
    const { parameters } = printProofs(new Map([['trino', proofs]]))
    expect(printProofs(new Map([['trino', proofs]]), parameters)).toEqual({ parameters: {}, removed: [] })
    expect(printProofs(new Map([['trino', NO_PROOFS]]), parameters).removed).toEqual([KEY])
  })

  it('forgets the oldest kinds where there are too many, and never what is left to be done', () => {
    const proven = Array.from({ length: 1000 }, (_, at) => kindOf(at))
    const unproven = ['2019/09/01/09']
    const found = kept({ ...NO_PROOFS, version: '476', proven, unproven, failures: [failure(1)] })
    expect([found.unproven, found.failures]).toEqual([unproven, [failure(1)]])
    expect([found.proven.at(-1), found.proven.length > 150]).toEqual([kindOf(999), true])
  })

  it('is bounded whatever there is of it, and of what engines say only plain text is kept', () => {
    const many = Array.from({ length: 200 }, (_, at) => at)
    const found = kept({
      version: '476',
      proven: many.map(kindOf),
      unproven: many.map(at => `${'long/'.repeat(30)}${at}`),
      failures: many.map(at => ({ ...failure(at), said: `'; \${x} "`.repeat(99) })),
      unseen: many.map(at => [`${at}`]),
    })
    expect(JSON.stringify(found.failures)).not.toMatch(/[;$']|\\"/)
    expect(found.unproven.length).toBeGreaterThan(0)
  })

  it.each(['', '{', '7', '[]', '{"proven":7,"failures":[7,{}],"unseen":[7]}'])(
    'is nothing where somebody broke it: %s',
    text => {
      expect(proofsOn({ [KEY]: text }, [{ name: 'trino' }]).get('trino')).toMatchObject({
        proven: [],
        failures: [],
      })
    },
  )

  it('of another version is to be proven anew, what it failed on first', () => {
    const before = {
      ...NO_PROOFS,
      version: '476',
      proven: [kindOf(1)],
      failures: [failure(2)],
      unproven: ['x'],
    }
    expect(afterRun(before, { ...NOTHING, version: '477', proven: [kindOf(3)] })).toEqual({
      version: '477',
      proven: [kindOf(3)],
      failures: [],
      unproven: ['2019/09/01/2', 'x'],
      unseen: undefined,
    })
    expect(afterRun(before, { ...NOTHING, version: undefined })).toEqual(before)
  })

  it('keeps what other runs have written meanwhile', () => {
    const now = {
      ...NO_PROOFS,
      version: '476',
      proven: [kindOf(1)],
      failures: [failure(2)],
      unproven: ['x', 'y'],
    }
    const after = afterRun(now, { ...NOTHING, proven: [kindOf(3)], settled: new Set(['x']) })
    expect(after).toEqual({ ...now, proven: [kindOf(1), kindOf(3)], unproven: ['y'] })
  })

  it('counts no more of an engine that is asked for less', () => {
    const { parameters } = printProofs(
      new Map([['trino', { ...NO_PROOFS, unproven: ['x'], failures: [failure(1)], unseen: [['a']] }]]),
    )
    const of = (verify: 'metadata' | 'off') => proofsOn(parameters, [{ name: 'trino', verify }]).get('trino')
    expect([of('metadata'), of('off')]).toEqual([{ ...NO_PROOFS, unseen: [['a']] }, undefined])
  })
})
