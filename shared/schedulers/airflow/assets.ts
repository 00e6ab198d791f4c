/** Assets of Airflow, which are posted to by their ids and known to people by their names. */
import { GoldsyncError } from '../../base/errors.ts'

interface Asset {
  readonly id: number
  readonly name: string
  readonly uri: string
}

interface Page {
  readonly assets: readonly Asset[]
  readonly total_entries: number
}

/** As many as Airflow gives at once by default. */
const PAGE = 100

/** Assets whose names have the text somewhere in them are few; more pages than that are a server that repeats itself. */
const PAGES = 100

/**
 * The id of the asset with this name or URI, or undefined where no DAG of those that are there has it.
 * @param get text of the answer to a GET of this path @throws GoldsyncError `DATA_INVALID`; what `get` throws
 */
export async function findAsset(
  text: string,
  get: (path: string) => Promise<string>,
): Promise<number | undefined> {
  const by = text.includes('://') ? 'uri_pattern' : 'name_pattern'
  for (let page = 0; page < PAGES; page += 1) {
    const query = new URLSearchParams({ [by]: text, limit: String(PAGE), offset: String(page * PAGE) })
    const { assets, total_entries: total } = pageOf(await get(`api/v2/assets?${query}`))
    const found = assets.find(({ name, uri }) => name === text || uri === text)
    if (found) return found.id
    if (assets.length === 0 || (page + 1) * PAGE >= total) return undefined
  }
  return undefined
}

/** How many there are. @param get as of `findAsset` */
export const countAssets = async (get: (path: string) => Promise<string>): Promise<number> =>
  pageOf(await get('api/v2/assets?limit=1')).total_entries

function pageOf(text: string): Page {
  try {
    const page = JSON.parse(text) as Page
    if (Array.isArray(page.assets)) return page
  } catch {
    // told below
  }
  throw new GoldsyncError('DATA_INVALID', 'the answer to api/v2/assets is no list of assets', {
    hint: 'is it the API server of Airflow 3?',
  })
}
