/** What goes into Kafka and what comes to its dead letters, by Kafka.java. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { eventOf, type Phases, RATE, TOPICS, type Version } from './events.ts'
import { run, type Servers } from './servers.ts'

const CLASSES = 'dist/pipeline/kafka'
const DEAD = 'dead-letters'

/** Compiles Kafka.java, and makes the topics anew. */
export async function makeTopics(servers: Servers): Promise<void> {
  await run(servers.tool('kafka-javac'), ['-d', CLASSES, 'test/pipeline/Kafka.java'])
  await run(servers.tool('kafka-java'), ['Kafka', servers.kafka, 'topics', ...TOPICS, DEAD])
}

export interface Sender {
  /** Events of each topic that Kafka has acknowledged. */
  readonly sent: number
  readonly phases: Phases
  /** From now on events are of this schema. */
  become(version: 'between' | 2): void
  /** Sends no more. */
  stop(): Promise<void>
}

/** Sends at the rate until it is stopped. */
export async function startSender(servers: Servers): Promise<Sender> {
  const child = spawn(servers.tool('kafka-java'), ['Kafka', servers.kafka, 'send'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const acknowledged = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  // answered when the program runs
  child.stdin.write('\n')
  await acknowledged.next()
  const state = { sent: 0, stopped: false, version: 1 as Version }
  const phases = { betweenFrom: Number.POSITIVE_INFINITY, wideFrom: Number.POSITIVE_INFINITY }
  const begun = Date.now()

  async function send(): Promise<void> {
    while (!state.stopped) {
      const wanted = Math.floor(((Date.now() - begun) / 1000) * RATE)
      const ids = Array.from({ length: wanted - state.sent }, (_, at) => state.sent + at)
      if (state.version === 'between') phases.betweenFrom = Math.min(phases.betweenFrom, state.sent)
      if (state.version === 2) phases.wideFrom = Math.min(phases.wideFrom, state.sent)
      const lines = ids.flatMap(id => TOPICS.map(topic => `${topic}\t${eventOf(topic, id, state.version)}\n`))
      child.stdin.write(`${lines.join('')}\n`)
      const { done } = await acknowledged.next()
      if (done) throw new Error('the sender ended')
      state.sent = Math.max(state.sent, wanted)
      await sleep(200)
    }
  }

  const sending = send()
  sending.catch(() => {})
  return {
    get sent() {
      return state.sent
    },
    phases,
    become: version => {
      state.version = version
    },
    stop: async () => {
      state.stopped = true
      await sending
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}

export interface DeadLetters {
  /** `topic/partition/offset` of each, in the order in which they came. */
  readonly sources: readonly string[]
  readonly process: ChildProcess
}

export function readDeadLetters(servers: Servers): DeadLetters {
  const child = spawn(servers.tool('kafka-java'), ['Kafka', servers.kafka, 'read', DEAD], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const sources: string[] = []
  createInterface({ input: child.stdout }).on('line', line => sources.push(line.split('\t')[0] ?? ''))
  return { sources, process: child }
}
