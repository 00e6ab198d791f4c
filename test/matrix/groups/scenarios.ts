import type { Group } from '../group.ts'

export const scenarios: Group = {
  title: 'Scenarios',
  features: [
    { title: '100,000 files in one folder', tests: /many-files/ },
    { title: 'a folder for the hour that clocks repeat', tests: /dst.* in autumn/ },
    { title: 'a folder for the hour that clocks skip', tests: /dst.* in spring/ },
  ],
  notes: '',
}
