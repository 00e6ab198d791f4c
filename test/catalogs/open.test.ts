import { expect, it } from 'vitest'
import { openCatalog } from '../../shared/catalogs/open.ts'

it('names the catalog and the choices when the kind is unknown', async () => {
  const opening = openCatalog('main', { kind: 'oracle' })
  await expect(opening).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await expect(opening).rejects.toThrow(/catalogs\.main: .*kind/s)
  await expect(opening).rejects.toThrow(/memory/)
})

it('names a setting that it does not know', async () => {
  await expect(openCatalog('main', { kind: 'memory', colour: 'red' })).rejects.toThrow(/colour/)
})
