import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openSecret } from '../../shared/credentials/secret.ts'

describe('a secret', () => {
  test('as text is the text', async () => {
    expect(await openSecret('s3cret', 'auth.password')()).toBe('s3cret')
  })

  test('of a file is without the line end, and follows a file that takes its place', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'secret-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'password')
    await writeFile(file, 'first\n')
    const read = openSecret({ file }, 'auth.password')
    expect([await read(), await read()]).toEqual(['first', 'first'])
    await writeFile(`${file}.new`, 'second\n')
    await rename(`${file}.new`, file)
    expect(await read()).toBe('second')
  })

  test.each([
    ['absent', undefined],
    ['empty', ' \n'],
    ['far too large', 'x'.repeat(70_000)],
  ])('of a file that is %s is an error that names key and file', async (_, text) => {
    const folder = await mkdtemp(join(tmpdir(), 'secret-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'password')
    if (text !== undefined) await writeFile(file, text)
    await expect(openSecret({ file }, 'auth.password')()).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`auth.password: ${file}: `),
    })
  })
})
