/** The JSON schema of all that goldsync prints or answers, made of the types in shared/hosts/output.ts. */
import { resolve } from 'node:path'
import { createGenerator, type Schema } from 'ts-json-schema-generator'

const root = resolve(import.meta.dirname, '..')

/** The schema, as it is checked in. */
export function outputSchemaText(): string {
  const generator = createGenerator({
    path: resolve(root, 'shared/hosts/output.ts'),
    tsconfig: resolve(root, 'tsconfig.json'),
    type: 'Output',
    additionalProperties: false,
    skipTypeCheck: true,
  })
  const { $schema, $ref, definitions = {} } = generator.createSchema('Output')
  const schema = { $schema, $ref, definitions: withOmitted(definitions) }
  return `${JSON.stringify(schema, null, 2)}\n`
}

/** Answers of functions are cut to what a platform carries (shared/hosts/bounded.ts): `stepsOmitted` counts the rest of `steps`. */
function withOmitted(definitions: NonNullable<Schema['definitions']>): Schema['definitions'] {
  return JSON.parse(JSON.stringify(definitions), (_, value: Schema | undefined) => {
    if (value?.type !== 'object' || value.properties === undefined) return value
    const lists = Object.entries(value.properties).filter(([, of]) => isList(of))
    const counts = lists.map(([name]) => [`${name}Omitted`, OMITTED] as const)
    return { ...value, properties: { ...Object.fromEntries(counts), ...value.properties } }
  }) as Schema['definitions']
}

const OMITTED = {
  type: 'integer',
  description: 'How many entries of the list were left out to keep an answer small',
}

const isList = (schema: Schema | boolean): boolean =>
  typeof schema === 'object' && (schema.type === 'array' || schema.anyOf?.some(isList) === true)
