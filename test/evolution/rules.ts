/** What the properties are about: one bundle of it is made for each planted fault. */
export { changeTable } from '../../shared/catalogs/change-table.ts'
export { diffPartitions, diffTable } from '../../shared/evolution/diff.ts'
export { reviewPartitions } from '../../shared/evolution/hold-back.ts'
export { mergeColumns, mergeType } from '../../shared/evolution/merge.ts'
export { parseType, printType } from '../../shared/schema/type.ts'
