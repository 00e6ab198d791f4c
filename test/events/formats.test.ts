import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ParsedEvent } from '../../shared/events/event.ts'
import { dataOf, openMessage } from '../../shared/events/message.ts'
import { parseEvent } from '../../shared/events/parse.ts'

/** A request as its source sends it, and what it says. */
interface Golden {
  readonly about: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
  readonly expected: ParsedEvent
}

const FOLDER = 'test/fixtures/events'
const goldens = readdirSync(FOLDER).map(
  name => [name, JSON.parse(readFileSync(`${FOLDER}/${name}`, 'utf8')) as Golden] as const,
)

describe('the request of', () => {
  it.each(goldens)('%s names its files', (_, { headers, body, expected }) => {
    const letters = openMessage(headers, Buffer.from(JSON.stringify(body)))
    expect(parseEvent(dataOf(letters))).toEqual(expected)
  })
})
