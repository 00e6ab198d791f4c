import type { Group } from '../group.ts'

export const gateways: Group = {
  title: 'HDFS',
  features: [{ title: 'all', tests: /./ }],
  notes: '',
}
