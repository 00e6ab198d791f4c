/** A schema as a file of it would be: what it tells of new columns another one takes as from a file. */
import type { IcebergType, NestedField } from '../schema/iceberg-schema.ts'
import type { StoredField, StoredFile } from '../schema/stored.ts'
import { formOf } from './forms.ts'

export const asStored = (fields: readonly NestedField[]): StoredFile => ({
  fields: fields.map(({ id, name, type }) => stored(name, id, type)),
  sizes: [],
})

function stored(name: string, id: number, type: IcebergType): StoredField {
  if (typeof type === 'string') return { name, id, form: formOf(type) }
  switch (type.type) {
    case 'struct':
      return { name, id, form: 'struct', fields: asStored(type.fields).fields }
    case 'list':
      return { name, id, form: 'list', fields: [stored('element', type['element-id'], type.element)] }
    case 'map': {
      const key = stored('key', type['key-id'], type.key)
      return { name, id, form: 'map', fields: [key, stored('value', type['value-id'], type.value)] }
    }
    default:
      return { name, id, form: 'other' }
  }
}
