import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { identityOf } from '../../shared/credentials/keytab-file.ts'
import { keytab, keytabEntry } from '../support/keytab.ts'

async function fileOf(bytes: Buffer) {
  const folder = await mkdtemp(join(tmpdir(), 'keytab-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'keytab')
  await writeFile(file, bytes)
  return file
}
const identity = (file: string, principal?: string) =>
  identityOf({ kind: 'kerberos', keytab: file, ...(principal && { principal }) })

describe('the file of a keytab', () => {
  it('says who we are, and anew when it was replaced', async () => {
    const file = await fileOf(keytab(keytabEntry('R.TEST', 'ann')))
    expect(await identity(file)).toBe('ann@R.TEST')
    expect(await identity(file, 'ann')).toBe('ann')
    await expect(identity(file, 'bob')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
    await writeFile(`${file}.new`, keytab(keytabEntry('R.TEST', 'bob'), keytabEntry('R.TEST', 'ann')))
    await rename(`${file}.new`, file)
    expect(await identity(file)).toBe('bob@R.TEST')
  })

  it.each([
    ['is much too large', async () => fileOf(Buffer.alloc(1024 * 1024 + 1, 5)), 'more than 1048576 bytes'],
    ['is a folder', async () => tmpdir(), 'no file'],
    ['is a device', async () => '/dev/zero', 'no file'],
  ])('that %s is not read', async (_, make, message) => {
    await expect(identity(await make())).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message),
    })
  })
})
