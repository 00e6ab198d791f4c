/** A planted fault in one rule must make a property fail: else the properties say less than they seem to. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PROPERTIES, type Rules } from './properties.ts'

interface Fault {
  readonly what: string
  /** A key of PROPERTIES. */
  readonly breaks: string
  /** Below shared/. */
  readonly file: string
  readonly from: string
  readonly to: string
}

const FAULTS: readonly Fault[] = [
  {
    what: 'the narrower integer wins',
    breaks: 'a schema only grows',
    file: 'evolution/merge.ts',
    from: 'return from >= to ? have : got',
    to: 'return from >= to ? got : have',
  },
  {
    what: 'a new column goes to the front',
    breaks: 'a schema only grows',
    file: 'evolution/merge.ts',
    from: 'return { columns: [...kept, ...got.filter(column => !names.has(column.name))], conflicts }',
    to: 'return { columns: [...got.filter(column => !names.has(column.name)), ...kept], conflicts }',
  },
  {
    what: 'a conflict is not told',
    breaks: 'a merged schema reads each input, but for the columns in conflict',
    file: 'evolution/merge.ts',
    from: 'conflicts.push(',
    to: 'void (',
  },
  {
    what: "the file's type wins in a conflict",
    breaks: 'a schema only grows',
    file: 'evolution/merge.ts',
    from: 'merged === undefined || merged === column.type ? column',
    to: 'merged === column.type ? column',
  },
  {
    what: 'integers widen to floating point',
    breaks: 'a schema only grows',
    file: 'evolution/merge.ts',
    from: "['tinyint', 'smallint', 'int', 'bigint']",
    to: "['tinyint', 'smallint', 'int', 'bigint', 'double']",
  },
  {
    what: 'elements of arrays stay narrow',
    breaks: 'the order of one pipeline’s files does not matter, but for the order of columns',
    file: 'evolution/merge.ts',
    from: "return element && { kind: 'array', element }",
    to: 'return element && have',
  },
  {
    what: 'keys of maps are not compared',
    breaks: 'a merged schema reads each input, but for the columns in conflict',
    file: 'evolution/merge.ts',
    from: `if (!sameType(have.key, got.key)) return undefined\n`,
    to: '',
  },
  {
    what: 'a struct loses what a file does not have',
    breaks: 'what was merged takes in both again and stays',
    file: 'evolution/merge.ts',
    from: 'const type = other === undefined ? field.type',
    to: `if (other === undefined) continue\n    const type = other === undefined ? field.type`,
  },
  {
    what: "a struct's new fields are not added",
    breaks: 'a merged schema reads each input, but for the columns in conflict',
    file: 'evolution/merge.ts',
    from: "return { kind: 'struct', fields: [...fields, ...added] }",
    to: "return { kind: 'struct', fields }",
  },
  {
    what: "a decimal's scale is not compared",
    breaks: 'a merged schema reads each input, but for the columns in conflict',
    file: 'evolution/merge.ts',
    from: 'have.scale === got.scale && ',
    to: '',
  },
  {
    what: 'a binary table takes in text',
    breaks: 'a merged schema reads each input, but for the columns in conflict',
    file: 'evolution/merge.ts',
    from: "const text = have.kind === 'string' ||",
    to: "const text = have.kind === 'binary' || have.kind === 'string' ||",
  },
  {
    what: "the newest partition decides a new table's types, or the listing",
    breaks: 'the order of a listing does not matter',
    file: 'decide/hold-back.ts',
    from: '.map(partition => prepare(partition, input)).sort(oldestFirst)',
    to: '.map(partition => prepare(partition, input))',
  },
  {
    what: 'a file in conflict is accepted',
    breaks: 'the table reads each accepted file, and each other file has its reason',
    file: 'evolution/judge.ts',
    from: `if (conflict) return { diagnostic: incompatible(file, conflict, judging) }\n`,
    to: '',
  },
  {
    what: "a refused file's new partition is not held back",
    breaks: 'a new partition is registered only with all its files',
    file: 'decide/hold-back.ts',
    from: '&& !registered && refused',
    to: '&& registered && refused',
  },
  {
    what: 'an accepted file does not grow the table',
    breaks: 'the table reads each accepted file, and each other file has its reason',
    file: 'decide/hold-back.ts',
    from: 'if (growsIn(input)) columns = merged',
    to: "if (input.mode === 'strict') columns = merged",
  },
  {
    what: 'a strict table grows',
    breaks: 'a strict or frozen table stays as it is, and reads what it accepts',
    file: 'evolution/judge.ts',
    from: 'if (printColumns(wanted) === printColumns(columns)) return undefined',
    to: 'if (wanted) return undefined',
  },
  {
    what: 'a retyped column does not reach the partitions',
    breaks: 'after each run Hive reads every partition, and another run has nothing to do',
    file: 'evolution/diff.ts',
    from: 'partitioned && retyped.some(',
    to: '!partitioned && retyped.some(',
  },
  {
    what: 'a new struct does not reach the partitions',
    breaks: 'after each run Hive reads every partition, and another run has nothing to do',
    file: 'evolution/descriptor.ts',
    from: "=> type.kind !== 'struct'",
    to: '=> type !== undefined',
  },
  {
    what: 'the last new column is forgotten',
    breaks: 'changes give the wanted table, from which nothing differs',
    file: 'evolution/diff.ts',
    from: 'wanted.columns.slice(current.columns.length)',
    to: 'wanted.columns.slice(current.columns.length + 1)',
  },
  {
    what: 'a partition whose files gained a column is not altered',
    breaks: 'after each run Hive reads every partition, and another run has nothing to do',
    file: 'evolution/descriptor.ts',
    from: '!inFile.has(column.name) && mayLack(column)',
    to: 'mayLack(column)',
  },
  {
    what: "a struct's field that the files gained is not seen",
    breaks: 'after each run Hive reads every partition, and another run has nothing to do',
    file: 'evolution/descriptor.ts',
    from: 'table.fields.slice(descriptor.fields.length).every(field => !inFile.has(field.name.toLowerCase()))',
    to: 'true',
  },
  {
    what: 'any scalar of a descriptor serves',
    breaks: 'after each run Hive reads every partition, and another run has nothing to do',
    file: 'evolution/descriptor.ts',
    from: 'if (descriptor.kind !== table.kind) return false',
    to: 'if (descriptor.kind !== table.kind) return true',
  },
  {
    what: 'a decimal is printed without its scale',
    breaks: 'a printed type is parsed as itself',
    file: 'schema/type.ts',
    from: `decimal(\${type.precision},\${type.scale})`,
    to: `decimal(\${type.precision})`,
  },
  {
    what: 'a struct ends at its first field',
    breaks: 'a printed type is parsed as itself',
    file: 'schema/type.ts',
    from: "  } while (cursor.text[cursor.at] === ',')\n  return fields",
    to: '  } while (false)\n  return fields',
  },
  {
    what: 'what registered files hold is not compared with a new type',
    breaks: 'whatever comes in whatever order, and wherever runs crash, engines read what is registered',
    file: 'evolution/judge.ts',
    from: 'if (first === undefined) return undefined',
    to: 'if (first) return undefined',
  },
  {
    what: 'what a file holds is not compared with the table',
    breaks: 'whatever comes in whatever order, and wherever runs crash, engines read what is registered',
    file: 'evolution/judge.ts',
    from: 'for (const held of file.undeclared ?? [])',
    to: 'for (const held of [] as readonly Undeclared[])',
  },
  {
    what: 'accepted files are not remembered',
    breaks: 'whatever comes in whatever order, and wherever runs crash, engines read what is registered',
    file: 'decide/hold-back.ts',
    from: 'memory.add(heldIn(verdict.accepted))',
    to: '',
  },
  {
    what: 'names inside others are looked up among columns',
    breaks: 'whatever comes in whatever order, and wherever runs crash, engines read what is registered',
    file: 'evolution/undeclared.ts',
    from: 'for (const step of steps) {',
    to: 'for (const step of steps) {\n    if (step) return undefined',
  },
  {
    what: 'nulls are refused under every type',
    breaks: 'files that agree give the same table in every order, and all are registered',
    file: 'evolution/undeclared.ts',
    from: '(within ? rightWithin : right).includes(key) ? []',
    to: '(within ? rightWithin : right).includes(key) && !key ? []',
  },
  {
    what: 'what is beside a file in its folder is not looked at',
    breaks: 'whatever comes in whatever order, and wherever runs crash, engines read what is registered',
    file: 'decide/hold-back.ts',
    from: "input.visibility === 'directory' ? heldInAll(partition) : []",
    to: '[]',
  },
]

/** The rules with one fault in them. */
async function faulty({ file, from, to }: Fault): Promise<Rules> {
  const plant: Plugin = {
    name: 'plant',
    setup: ({ onLoad }) => {
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        if (!path.endsWith(`/shared/${file}`)) return undefined
        const source = await readFile(path, 'utf8')
        expect(source.split(from), `the rule is not in ${file} any more: ${from}`).toHaveLength(2)
        return { contents: source.replace(from, () => to), loader: 'ts' }
      })
    },
  }
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('rules.ts', import.meta.url))],
    bundle: true,
    format: 'esm',
    write: false,
    plugins: [plant],
  })
  const code = Buffer.from(outputFiles[0]!.contents).toString('base64')
  return (await import(`data:text/javascript;base64,${code}`)) as Rules
}

test.each(FAULTS.map(fault => [fault.what, fault.breaks, fault] as const))(
  '%s: “%s” fails',
  async (_, breaks, fault) => {
    const property = PROPERTIES[breaks]!(await faulty(fault))
    const { failed } = fc.check(property, { numRuns: 1000, seed: 1, endOnFailure: true })
    expect(failed).toBe(true)
  },
)
