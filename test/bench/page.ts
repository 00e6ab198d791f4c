/** The results as a page: tables, and one bar plot each, drawn without a library. */
import { type Measured, median, type Result } from './measure.ts'
import { targetLines } from './targets.ts'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memory: string
  readonly node: string
  readonly date: string
}

export function benchPage(machine: Machine, results: readonly Result[]): string {
  return [
    '# Benchmarks',
    '',
    `By \`npm run bench\` on ${machine.cores} cores of ${machine.cpu}, ${machine.memory}, Node ${machine.node}, ${machine.date}. The servers (HDFS 3.4.1, Hive Metastore 4.0.1 on PostgreSQL,`,
    'HiveServer2 4.0.1, Trino 476) run on the same cores, so that times are worth something only against each other in one run. Medians, with the least and the most.',
    'What they mean, and the budgets that they are held to: [performance.md](performance.md). All values: [results.json](benchmarks/results.json).',
    '',
    ...results.flatMap(section),
  ].join('\n')
}

export const section = ({ bench, title, rows, notes, targets = [] }: Result): string[] => [
  `## ${title}`,
  '',
  `![${title}](benchmarks/${bench}.svg)`,
  '',
  '| | median | least – most | runs |',
  '|---|---:|---:|---:|',
  ...rows.map(
    ({ name, unit, values }) =>
      `| ${name} | ${shown(median(values))} ${unit} | ${shown(Math.min(...values))} – ${shown(Math.max(...values))} | ${values.length} |`,
  ),
  '',
  ...targetLines(targets),
  ...notes.map(note => `- ${note}`),
  '',
]

const shown = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

const BAR = 22
const LABEL = 330
const WIDTH = 860

/** Beyond this ratio of the most to the least, bars are by the logarithm: by length the small ones could not be seen. */
const FAR_APART = 100

/** Horizontal bars of the medians, with a line from the least to the most. */
export function barPlot({ title, rows }: Result): string {
  const values = rows.flatMap(row => row.values)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const logarithmic = most > least * FAR_APART
  const share = (value: number) =>
    logarithmic ? Math.log((2 * value) / least) / Math.log((2 * most) / least) : value / most
  const scale = (value: number) => LABEL + share(value) * (WIDTH - LABEL - 110)
  const height = rows.length * BAR + 40
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="12" role="img">`,
    `<title>${escaped(title)}</title>`,
    '<rect width="100%" height="100%" fill="#fff"/>',
    `<text x="8" y="18" font-weight="bold">${escaped(title)}${logarithmic ? ' (logarithmic scale)' : ''}</text>`,
    ...rows.flatMap((row, at) => bar(row, 30 + at * BAR, scale)),
    '</svg>',
    '',
  ].join('\n')
}

function bar({ name, unit, values }: Measured, y: number, scale: (value: number) => number): string[] {
  const middle = median(values)
  const fill = name.startsWith('goldsync') || name.includes(': goldsync') ? '#b8860b' : '#8aa0b4'
  const text = y + BAR / 2 + 1
  return [
    `<text x="${LABEL - 8}" y="${text}" text-anchor="end">${escaped(name)}</text>`,
    `<rect x="${LABEL}" y="${y}" width="${(scale(middle) - LABEL).toFixed(1)}" height="${BAR - 8}" fill="${fill}"/>`,
    `<line x1="${scale(Math.min(...values)).toFixed(1)}" x2="${scale(Math.max(...values)).toFixed(1)}" y1="${y + 7}" y2="${y + 7}" stroke="#333"/>`,
    `<text x="${(scale(Math.max(...values)) + 6).toFixed(1)}" y="${text}">${shown(middle)} ${unit}</text>`,
  ]
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;')
