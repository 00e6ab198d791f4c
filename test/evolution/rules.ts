/** What the properties are about: one bundle of it is made for each planted fault. */
export { changeTable } from '../../shared/catalogs/change-table.ts'
export { reviewPartitions } from '../../shared/decide/hold-back.ts'
export { diffPartitions, diffTable } from '../../shared/evolution/diff.ts'
export { mergeColumns, mergeType } from '../../shared/evolution/merge.ts'
export { parseType, printType } from '../../shared/schema/type.ts'
