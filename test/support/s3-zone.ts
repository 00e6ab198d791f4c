/** A golden zone in a bucket of the stack's S3 (moto). */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GoldenZone } from './golden-zone.ts'
import { writeParquet } from './pyarrow.ts'
import { s3 } from './s3.ts'

/** @param bucket nobody else's */
export async function s3Zone(bucket: string): Promise<GoldenZone> {
  const local = await mkdtemp(join(tmpdir(), 'goldsync-zone-'))
  await s3.bucket(bucket)
  return {
    location: `s3://${bucket}/golden`,
    lay: async files => {
      await writeParquet(
        Object.entries(files).map(([name, columns]) => ({ file: join(local, name), columns })),
      )
      for (const name of Object.keys(files))
        await s3.put(bucket, `golden/${name}`, await readFile(join(local, name)))
    },
    remove: async () => {
      await Promise.all([s3.clear(bucket), rm(local, { recursive: true, force: true })])
    },
  }
}
