/** What a terminal shows while the pipeline runs; where there is none, a line each ten seconds. */
import { percentile } from '../bench/measure.ts'
import { sumsOf, TOPICS, timeOf } from './events.ts'
import type { Pipeline } from './faults.ts'
import type { Looks, Seen } from './looks.ts'

export interface Shown {
  readonly pipeline: Pipeline
  readonly looks: Looks
  readonly deadLetters: number
  /** What happens just now. */
  readonly now: string
}

const LINES_MS = 10_000

/** @returns what shows the state; call it as often as you like */
export function openScreen(): (shown: Shown) => void {
  let last = 0
  let drawn = 0
  return shown => {
    if (!process.stdout.isTTY) {
      if (Date.now() - last < LINES_MS) return
      last = Date.now()
      console.log(lineOf(shown))
      return
    }
    const rows = screenOf(shown)
    process.stdout.write(`${drawn ? `\x1b[${drawn}A` : ''}\x1b[J${rows.join('\n')}\n`)
    drawn = rows.length
  }
}

const clock = ({ sender }: Pipeline): string =>
  new Date(timeOf(sender.sent)).toISOString().slice(0, 16).replace('T', ' ')

function lineOf({ pipeline, looks, deadLetters, now }: Shown): string {
  const topics = TOPICS.map(topic => `${topic} ${rowsSeen(looks, topic)} of ${wanted(pipeline, topic).rows}`)
  return `${clock(pipeline)}  ${topics.join(', ')}, dead letters ${deadLetters}, lag ${lagText([...looks.files.values()])}${now && `  (${now})`}`
}

function screenOf({ pipeline, looks, deadLetters, now }: Shown): string[] {
  const head = ['', 'sent', 'accepted', 'dead', 'in Trino', 'files', 'first file of an hour', 'other files']
  const rows = TOPICS.map(topic => {
    const { rows: accepted, dead } = wanted(pipeline, topic)
    const seen = [...looks.files.values()].filter(each => each.topic === topic)
    const lags = [true, false].map(first => lagText(seen.filter(each => each.first === first)))
    return [topic, pipeline.sender.sent, accepted, dead, rowsSeen(looks, topic), seen.length, ...lags].map(
      String,
    )
  })
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map(row => (row[at] ?? '').length)))
  const table = [head, ...rows].map(row =>
    row.map((cell, at) => (at ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!))).join('  '),
  )
  return [
    `Kafka → Flink → HDFS → goldsync → Trino      event time ${clock(pipeline)} UTC`,
    '',
    ...table,
    '',
    `${deadLetters} letters in the topic dead-letters. Lag: from a file's final name until Trino returns its rows, p50 / p99`,
    now && `now: ${now}`,
  ]
}

const wanted = ({ sender }: Pipeline, topic: (typeof TOPICS)[number]) =>
  sumsOf(topic, sender.sent, sender.phases)

/** Rows that were seen, of the hours that are looked at. */
const rowsSeen = (looks: Looks, topic: string): number =>
  [...looks.files.values()].reduce((sum, seen) => sum + (seen.topic === topic ? seen.rows : 0), 0)

/** `p50 / p99` in seconds until Trino returns their rows. @param from the close, as HDFS tells its time, or the final name */
export function lagText(files: readonly Seen[], from: 'closed' | 'named' = 'named'): string {
  if (files.length === 0) return '–'
  const lags = files.map(seen => seen.at - seen[from])
  return `${[0.5, 0.99].map(share => (percentile(lags, share) / 1000).toFixed(1)).join(' / ')} s`
}
