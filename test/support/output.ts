/** Whether an output is as goldsync.output.schema.json says: no field that is not in it, none missing. */
import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'

const schema = JSON.parse(
  readFileSync(new URL('../../goldsync.output.schema.json', import.meta.url), 'utf8'),
) as { readonly definitions: object }
const ajv = new Ajv({ allErrors: false, allowUnionTypes: true }).addSchema(schema, 'output')
const validators = new Map<string, ValidateFunction>()

/** @param definition such as `RunOutput` @returns what is wrong, none where nothing is */
export function faultsOf(definition: string, output: unknown): readonly string[] {
  const known = validators.get(definition) ?? ajv.compile({ $ref: `output#/definitions/${definition}` })
  validators.set(definition, known)
  // As it is sent: what is undefined is not there.
  if (known(JSON.parse(JSON.stringify(output)))) return []
  return (known.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}
