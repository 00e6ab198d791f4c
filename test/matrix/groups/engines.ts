import type { Group } from '../group.ts'

export const engines: Group = {
  title: 'Query engines',
  features: [{ title: 'all', tests: /./ }],
  notes: '',
}
