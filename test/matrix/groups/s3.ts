import type { Group } from '../group.ts'

export const s3: Group = {
  title: 'S3',
  features: [{ title: 'all', tests: /./ }],
  notes: '',
}
