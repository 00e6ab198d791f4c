import type { Group } from '../group.ts'

export const metastores: Group = {
  title: 'Hive metastores',
  features: [{ title: 'all', tests: /./ }],
  notes: '',
}
