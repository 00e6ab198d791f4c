/** Schemas as Iceberg has them (Iceberg Table Spec, appendix C): columns with ids that stay, and types that Hive does not tell apart. */

/** `int`, `decimal(9,2)`, `fixed[16]`, … as in the spec's appendix C; nested ones hold ids of their own. */
export type IcebergType = string | StructType | ListType | MapType

export interface StructType {
  readonly type: 'struct'
  readonly fields: readonly NestedField[]
}
interface ListType {
  readonly type: 'list'
  readonly 'element-id': number
  readonly 'element-required': boolean
  readonly element: IcebergType
}
export interface MapType {
  readonly type: 'map'
  readonly 'key-id': number
  readonly key: IcebergType
  readonly 'value-id': number
  readonly 'value-required': boolean
  readonly value: IcebergType
}
export interface NestedField {
  readonly id: number
  readonly name: string
  readonly required: boolean
  readonly type: IcebergType
  readonly doc?: string
}
export interface IcebergSchema extends StructType {
  readonly 'schema-id': number
  readonly 'identifier-field-ids'?: readonly number[]
}

/** Which names in files mean which field, where files have no ids (`schema.name-mapping.default`). */
export interface MappedField {
  readonly 'field-id'?: number
  readonly names: readonly string[]
  readonly fields?: readonly MappedField[]
}

/** A table's columns as Iceberg knows them, with the partition keys. */
export interface TableFields {
  readonly schema: IcebergSchema
  /** The highest id that was ever given. */
  readonly lastColumnId: number
  /** As the table has it. It names what files hold beside the table's columns, too, with ids that no column has. */
  readonly mapping: readonly MappedField[]
  /** Types of columns, and of fields within them, that somebody has dropped, by id; by default none. */
  readonly former?: Readonly<Record<number, IcebergType>>
}
