/**
 * Asks the running stack about every pair and writes what was seen, then docs/evolution.md: `npx tsx
 * test/e2e/evolution/under/record.ts JUDGE,… [pair …]`, where a judge is hive, trino, presto or spark. Some minutes for each;
 * what others answered, and of other pairs, stays.
 */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { closeEngines } from '../../../support/sql.ts'
import { askUnder, enginesOf } from './ask.ts'
import { lay, type Metastore } from './lay.ts'
import { PAIRS } from './pairs.ts'
import { readUnder, type UnderAnswer, type UnderJudge, type UnderRecording, underFile } from './recordings.ts'
import { openSpark } from './spark.ts'

const ORDER: readonly UnderJudge[] = ['hive', 'trino', 'presto', 'spark']
const METASTORE: Readonly<Partial<Record<UnderJudge, Metastore>>> = {
  hive: 'metastore',
  trino: 'metastore3',
  presto: 'metastore3',
}

const [judgesText = ORDER.join(), ...names] = process.argv.slice(2)
const judges = ORDER.filter(judge => judgesText.split(',').includes(judge))
const pairs = PAIRS.filter(({ name }) => names.length === 0 || names.includes(name))
const database = `evolution_under_${process.pid}`
const laid = await lay(database, pairs, [...new Set(judges.flatMap(judge => METASTORE[judge] ?? []))])
const spark = judges.includes('spark') ? openSpark(laid) : undefined
const engines = enginesOf(database, spark)
const answers = new Map<string, UnderAnswer>()
const keyOf = (pair: string, judge: UnderJudge) => `${judge} ${pair}`
if (existsSync(underFile))
  for (const recording of readUnder())
    for (const [judge, answer] of Object.entries(recording.answers))
      answers.set(keyOf(recording.pair, judge as UnderJudge), answer)

async function write(): Promise<void> {
  const lines = PAIRS.map(
    ({ name }): UnderRecording => ({
      pair: name,
      answers: Object.fromEntries(
        ORDER.flatMap(judge => {
          const answer = answers.get(keyOf(name, judge))
          return answer ? [[judge, answer]] : []
        }),
      ),
    }),
  )
  await writeFile(underFile, `[\n${lines.map(line => JSON.stringify(line)).join(',\n')}\n]\n`)
}

try {
  await Promise.all(
    judges.map(async judge => {
      for (const pair of pairs) {
        const answer = await askUnder(engines[judge], laid.tableOf(pair), pair)
        answers.set(keyOf(pair.name, judge), answer)
        console.log(judge, pair.name, JSON.stringify(answer))
        await write()
      }
    }),
  )
} finally {
  spark?.close()
  await laid.close()
  await closeEngines()
}
