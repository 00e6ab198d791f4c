/** A page of docs/ of which a part is made from recordings: between two lines that say so. */
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'

export interface RecordedPage {
  /** The page with that part made anew. */
  withPart(page: string, part: string): string
  read(): string
  write(part: string): Promise<void>
}

/** @param name of the file in docs/ @param script that records, as the first of the lines names it */
export function recordedPage(name: string, script: string): RecordedPage {
  const file = new URL(`../../docs/${name}`, import.meta.url)
  const begin = `<!-- recorded: ${script} makes what follows -->`
  const end = '<!-- end of what is recorded -->'
  const read = () => readFileSync(file, 'utf8')
  const withPart = (page: string, part: string): string => {
    const [before, rest] = page.split(begin)
    const after = rest?.split(end)[1]
    if (after === undefined) throw new Error(`docs/${name} has no lines ${begin} and ${end}`)
    return `${before}${begin}\n\n${part}\n${end}${after}`
  }
  return { withPart, read, write: part => writeFile(file, withPart(read(), part)) }
}
