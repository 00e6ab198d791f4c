import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommanderError } from 'commander'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createProgram } from '../../shared/hosts/cli/program.ts'
import type { Terminal } from '../../shared/hosts/cli/terminal.ts'
import { chunk, fileOf, group, i32, leaf, metadata, rowGroup } from '../support/compact.ts'
import { faultsOf } from '../support/output.ts'

const FIXTURES = 'test/fixtures/parquet'
const [V1, V2, WRONG] = ['v1', 'v2', 'wrong'].map(name => `test/fixtures/orders/${name}.parquet`) as [
  string,
  string,
  string,
]

interface Ended {
  readonly status: number
  readonly stdout: string
}

/** Runs `goldsync schema` in this process. @param width of the terminal, which can show colours then */
async function schema(args: readonly string[], width?: number): Promise<Ended> {
  const lines: string[] = []
  const terminal: Terminal = {
    print: line => lines.push(line),
    note: () => {},
    paint: (style, text) => (width === undefined ? text : `⟦${style}:${text}⟧`),
    redraw: undefined,
  }
  const { columns } = process.stdout
  process.stdout.columns = width as number
  try {
    const program = createProgram(terminal)
    for (const command of [program, ...program.commands])
      command.configureOutput({ writeErr: () => {}, writeOut: text => lines.push(text.trimEnd()) })
    await program.parseAsync(['node', 'goldsync', 'schema', ...args])
    return { status: Number(process.exitCode ?? 0), stdout: lines.map(line => `${line}\n`).join('') }
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return { status: error.exitCode, stdout: lines.join('\n') }
  } finally {
    process.stdout.columns = columns
  }
}

afterEach(() => {
  process.exitCode = undefined
})

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'goldsync-schema-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function laid(name: string, bytes: Uint8Array | string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, bytes)
  return path
}

const text = (...lines: string[]): string => lines.map(line => `${line}\n`).join('')
const json = ({ stdout }: Ended): unknown[] =>
  stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))

describe('goldsync schema', () => {
  it('shows how a file is packed, its columns, and what is proven of them', async () => {
    expect(await schema([V1])).toEqual({
      status: 0,
      stdout: text(
        'test/fixtures/orders/v1.parquet',
        '  3 rows, 1 row group, 764 bytes (footer 559), SNAPPY',
        '  Parquet format 2, written by parquet-cpp-arrow version 26.0.1',
        '',
        '    column  hive    parquet  nulls  min  max',
        '    id      int     INT32    0      1    3',
        '    amount  double  DOUBLE   1      1.5  2.5',
      ),
    })
  })

  it('shows what is left out, why, and what to do; several files as several blocks', async () => {
    expect((await schema([`${FIXTURES}/nulls.parquet`, V2])).stdout).toBe(
      text(
        'test/fixtures/parquet/nulls.parquet',
        '  3 rows, 1 row group, 1,341 bytes (footer 1,033), SNAPPY',
        '  Parquet format 2, written by parquet-cpp-arrow version 26.0.1',
        '',
        '    column      hive           parquet            nulls  min  max',
        '    id          int            INT32              0      1    3',
        '  · nothing     left out       INT32 NULL         ?',
        '  · half        struct<a:int>  group              ?',
        '  ! empty_text  string         BYTE_ARRAY STRING  3',
        '',
        '  · NULL_COLUMN',
        "      column 'nothing' holds only nulls and has no type",
        "      column 'half.b' holds only nulls and has no type",
        '      what to do: nothing: the column appears as soon as a file gives it a type',
        '  ! DICTIONARY_OF_NULLS',
        "      column 'empty_text' has a row group of only nulls with a dictionary",
        '      Presto 0.287 fails on `is null`, and some other conditions',
        '      what to do: write the column without a dictionary: parquet-java gives none to nulls alone',
        '',
        'test/fixtures/orders/v2.parquet',
        '  2 rows, 1 row group, 1,021 bytes (footer 731), SNAPPY',
        '  Parquet format 2, written by parquet-cpp-arrow version 26.0.1',
        '',
        '    column  hive    parquet            nulls  min  max',
        '    id      bigint  INT64              0      4    5000000000',
        '    amount  double  DOUBLE             0      4.5  5.5',
        "    note    string  BYTE_ARRAY STRING  0      'd'  'e'",
      ),
    )
  })

  it('goes on after a file that it cannot read, and ends with 1', async () => {
    const cut = await laid('cut.parquet', 'PAR1 and no more')
    const { status, stdout } = await schema([cut, join(folder, 'none'), folder, V1])
    expect(status).toBe(1)
    expect(stdout).toContain(`✗ ${cut}\n    the file begins as Parquet`)
    expect(stdout).toContain('what to do: wait until its writer closes it')
    expect(stdout).toContain(`there is no file ${join(folder, 'none')} (NOT_FOUND)`)
    expect(stdout).toContain(`${folder} is a folder, not a file (NOT_FOUND)`)
    expect(stdout).toContain('3 rows')
  })

  it('shows types and hazards as the engine has them that is asked for', async () => {
    const file = `${FIXTURES}/duckdb-scalars.parquet`
    const rows = async (engine: string) => (await schema([file, '--for', engine])).stdout
    expect(await rows('presto')).toMatch(/ ts_ns +timestamp +INT64 TIMESTAMP\(NANOS\)/)
    expect(await rows('trino')).toMatch(/ ts_ns +timestamp\(3\) +INT64 TIMESTAMP\(NANOS\)/)
    expect(await rows('duckdb')).toMatch(/ ts_ns +TIMESTAMP +INT64 TIMESTAMP\(NANOS\)/)
    expect(await rows('hive3')).toMatch(/ ts_ns +bigint +INT64 TIMESTAMP\(NANOS\)/)
    expect(await rows('presto')).toContain('Presto 0.287 takes the count of nanoseconds for milliseconds')
    expect(await rows('trino')).not.toContain('Presto 0.287')
    expect(await rows('trino')).not.toContain('TIMESTAMP_NANOS')
    // Not of Trino alone: the column is left out everywhere.
    expect(await rows('trino')).toContain('UNSIGNED_OVERFLOW')
  })

  it('shows a bound as a bound where no row need have it', async () => {
    const { stdout } = await schema([`${FIXTURES}/duckdb-scalars.parquet`])
    expect(stdout).toMatch(/ kind +string +BYTE_ARRAY STRING +0 +≥ 'a' +≤ 'b'/)
    expect(stdout).toMatch(/ i64 +bigint +INT64 INT\(64\) +0 +1 +1/)
  })

  it('tells what must not be null, and leaves open what the footer does not tell', async () => {
    const required = leaf('n', 2, { 3: i32(0) })
    const file = metadata({ schema: [group('root', 2), required, leaf('m', 2)], groups: [], rows: 0 })
    const { stdout } = await schema([await laid('required.parquet', fileOf(file))])
    expect(stdout).toMatch(/ n +bigint +INT64 +required\n/)
    expect(stdout).toContain('written by a writer that does not name itself')
  })
})

describe('on a terminal', () => {
  it('keeps within its width', async () => {
    for (const width of [60, 80, 120]) {
      const { stdout } = await schema([`${FIXTURES}/structs.parquet`], width)
      const table = stdout
        .replaceAll(/⟦\w+:|⟧/g, '')
        .split('\n')
        .slice(4, 13)
      expect(Math.max(...table.map(line => line.length))).toBeLessThanOrEqual(width)
    }
    expect((await schema([`${FIXTURES}/structs.parquet`], 80)).stdout).toContain('…')
  })

  it('marks the columns in colour; without one there is neither colour nor a cut', async () => {
    expect((await schema([`${FIXTURES}/structs.parquet`], 100)).stdout).toContain('⟦yellow:!⟧ times')
    const { stdout } = await schema([`${FIXTURES}/structs.parquet`])
    expect(stdout).toContain('struct<n:bigint,tags:array<string>,by:map<string,int>>')
    expect(stdout).not.toContain('…')
  })

  it('is told nothing by a file: control characters in names and values are shown as codes', async () => {
    const evil = '\u001b[2Jn\u202e'
    const file = metadata({
      schema: [group('root', 1), leaf(evil, 2)],
      groups: [rowGroup([chunk({ path: evil })])],
    })
    const { stdout } = await schema([await laid('evil.parquet', fileOf(file))])
    expect(stdout).toContain('\\u{001b}[2Jn\\u{202e}')
    expect(stdout).not.toMatch(/[^\P{C}\n]/u)
  })

  it('shows 2,000 columns with twice the work of 1,000, and ten findings of a kind', async () => {
    const looks = [vi.spyOn(RegExp.prototype, 'test'), vi.spyOn(String.prototype, 'replaceAll')]
    onTestFinished(() => void vi.restoreAllMocks())
    const shown = async (count: number) => {
      const names = Array.from({ length: count }, (_, at) => `c${at}`)
      const times = names.map(name => leaf(name, 1, { 6: i32(7) }))
      const chunks = names.map(path => chunk({ path, type: 1 }))
      const file = metadata({ schema: [group('root', count), ...times], groups: [rowGroup(chunks)] })
      const path = await laid(`wide-${count}.parquet`, fileOf(file))
      for (const look of looks) look.mockClear()
      const { stdout } = await schema([path], 100)
      return { stdout, work: looks.reduce((sum, { mock }) => sum + mock.calls.length, 0) }
    }
    const half = await shown(1000)
    const { stdout, work } = await shown(2000)
    // What is done for each cell of the table: it is measured, cut and made visible.
    expect(half.work).toBeGreaterThan(1000)
    expect(work).toBeLessThanOrEqual(2 * half.work)
    expect(stdout.match(/INT32 TIME\(MILLIS\)/g)).toHaveLength(2000)
    expect(stdout).toContain('… and 1990 more (--json has all)')
  })
})

describe('goldsync schema --diff', () => {
  it('shows what new files would change, and why; ends with 2', async () => {
    expect(await schema(['--diff', V1, V2])).toEqual({
      status: 2,
      stdout: text(
        'test/fixtures/orders/v1.parquet as the table, test/fixtures/orders/v2.parquet as new files',
        '',
        '  ~ id    int → bigint  wider: holds the values of both; registered partitions get the type too',
        '  + note  string        new: added after the last column',
      ),
    })
  })

  it('ends with 0 where the table stays as it is, and says how it serves the file', async () => {
    expect(await schema(['--diff', V1, V1])).toEqual({
      status: 0,
      stdout: text(
        'test/fixtures/orders/v1.parquet as the table, test/fixtures/orders/v1.parquet as new files',
        '',
        '  nothing to change',
      ),
    })
    const narrower = await schema(['--diff', V2, V1])
    expect(narrower.status).toBe(0)
    expect(narrower.stdout).toContain(`· id    bigint  int in ${V1}: the table's type reads it`)
    expect(narrower.stdout).toContain(`· note          not in ${V1}: reads as NULL there`)
  })

  it('ends with 1 where a file would be held back, and says why', async () => {
    const { status, stdout } = await schema(['--diff', V1, V2, WRONG])
    expect(status).toBe(1)
    expect(stdout).toContain('+ note')
    expect(stdout).toContain(`✗ ${WRONG} is held back`)
    expect(stdout).toContain(`${WRONG}: column id is string in this file and bigint in the table`)
  })

  it('ends with 1 where a file cannot be read, and compares the others', async () => {
    const { status, stdout } = await schema(['--diff', V1, 'none.parquet', V2])
    expect(status).toBe(1)
    expect(stdout).toContain('✗ none.parquet')
    expect(stdout).toContain('+ note')
    expect(await schema(['--diff', 'none.parquet', V2])).toMatchObject({ status: 1 })
  })

  it('shows the types of an engine', async () => {
    expect((await schema(['--diff', V1, V2, '--for', 'trino'])).stdout).toContain('integer → bigint')
  })
})

describe('goldsync schema --json', () => {
  it('prints one object a line, as the schema of outputs says', async () => {
    const ended = await schema([V2, 'none', '--json'])
    expect(ended.status).toBe(1)
    expect(json(ended).flatMap(line => faultsOf('SchemaOutput', line))).toEqual([])
    expect(json(ended)).toEqual([
      {
        version: 1,
        file: V2,
        rows: 2,
        columns: [
          { name: 'id', type: 'bigint' },
          { name: 'amount', type: 'double' },
          { name: 'note', type: 'string' },
        ],
        diagnostics: [],
      },
      {
        version: 1,
        file: 'none',
        error: { code: 'NOT_FOUND', message: expect.stringContaining('there is no file') },
      },
    ])
  })

  it('adds facts and statistics where it is asked to', async () => {
    const told = json(await schema([V2, '--json', '--facts']))
    expect(told.flatMap(line => faultsOf('SchemaOutput', line))).toEqual([])
    expect(told).toMatchObject([
      {
        file: V2,
        facts: {
          bytes: (await readFile(V2)).length,
          footerBytes: 731,
          formatVersion: 2,
          createdBy: 'parquet-cpp-arrow version 26.0.1',
          rowGroups: 1,
          codecs: ['SNAPPY'],
        },
        statistics: [
          { column: 'id', nulls: 0, min: '4', max: '5000000000', exact: true },
          { column: 'amount', nulls: 0, min: '4.5', max: '5.5', exact: true },
          { column: 'note', nulls: 0, min: 'd', max: 'e' },
        ],
      },
    ])
  })

  it('tells a diff as one object', async () => {
    const ended = await schema(['--diff', V1, V2, WRONG, 'none', '--json'])
    expect(ended.status).toBe(1)
    expect(json(ended).flatMap(line => faultsOf('SchemaDiffOutput', line))).toEqual([])
    expect(json(ended)).toEqual([
      {
        version: 1,
        table: V1,
        files: [V2, WRONG, 'none'],
        changes: [
          { kind: 'changed', name: 'id', from: 'int', to: 'bigint' },
          { kind: 'added', name: 'note', type: 'string' },
        ],
        held: [WRONG],
        rejected: [{ file: 'none', error: { code: 'NOT_FOUND', message: expect.any(String) } }],
        diagnostics: [{ code: 'INCOMPATIBLE_TYPE', file: WRONG, column: 'id', message: expect.any(String) }],
      },
    ])
  })
})

describe('usage', () => {
  it.each([
    ['an engine that there is not', ['--for', 'oracle', V1]],
    ['--json with another engine’s types', ['--json', '--for', 'trino', V1]],
    ['--diff with one file', ['--diff', V1]],
    ['no file', []],
  ])('refuses %s', async (_, args) => {
    expect(await schema(args)).toMatchObject({ status: 1, stdout: '' })
    expect(process.exitCode).toBeUndefined()
  })

  it('says its exit statuses in --help', async () => {
    const { stdout } = await schema(['--help'])
    expect(stdout).toMatch(/2 +with --diff: the table would change/)
  })
})

describe('docs/schema.md', async () => {
  const page = await readFile('docs/schema.md', 'utf8')
  const examples = [...page.matchAll(/```console\n\$ goldsync schema (.*)\n([\s\S]*?)```/g)]

  it('has examples', () => {
    expect(examples.length).toBeGreaterThanOrEqual(5)
  })

  it.each(examples.map(([, command = '', output = '']) => ({ command, output })))(
    'shows what is printed: $command',
    async ({ command, output }) => {
      expect((await schema(command.split(' '))).stdout).toBe(output)
    },
  )
})
