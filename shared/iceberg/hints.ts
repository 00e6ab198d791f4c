/** What files tell of a table's columns beyond Hive's types: exact types, field ids, spellings. */
import type { StoredField, StoredFile } from '../schema/stored.ts'

interface Hint {
  /** As files spell it, in the order in which they were met. */
  readonly names: readonly string[]
  /** Field ids that files have there. */
  readonly ids: readonly number[]
  /** How files store it: as `StoredField.form`. */
  readonly forms: readonly string[]
}

/** By path (`hintKey`). */
export type Hints = ReadonlyMap<string, Hint>

export const NO_HINTS: Hints = new Map()

/** From the top-level column inwards: names in lower case; `[]` is a list's element, `{key}` and `{value}` are a map's. */
export type Path = readonly string[]

export const hintKey = (path: Path): string => path.join('\0')

/** The steps into a field's own fields. */
export function stepsInto({ form, fields = [] }: StoredField): readonly (readonly [string, StoredField])[] {
  if (form === 'list') return fields.map(field => ['[]', field])
  if (form === 'map') return fields.map((field, at) => [at === 0 ? '{key}' : '{value}', field])
  return fields.map(field => [field.name.toLowerCase(), field])
}

/** What these files tell together. */
export function hintsOf(files: Iterable<StoredFile>): Hints {
  const hints = new Map<string, { names: Set<string>; ids: Set<number>; forms: Set<string> }>()
  const visit = (path: Path, field: StoredField) => {
    const key = hintKey(path)
    const hint = hints.get(key) ?? { names: new Set(), ids: new Set(), forms: new Set() }
    hints.set(key, hint)
    hint.names.add(field.name)
    hint.forms.add(field.form)
    if (field.id !== undefined) hint.ids.add(field.id)
    for (const [step, within] of stepsInto(field)) visit([...path, step], within)
  }
  for (const { fields } of files) for (const field of fields) visit([field.name.toLowerCase()], field)
  return new Map(
    [...hints].map(([key, { names, ids, forms }]) => [
      key,
      { names: [...names], ids: [...ids], forms: [...forms] },
    ]),
  )
}
