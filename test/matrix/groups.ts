/** The groups in the order of the page, by the names of their modules in test/stack/matrix. */
import type { Group } from './group.ts'
import { engines } from './groups/engines.ts'
import { gateways } from './groups/gateways.ts'
import { metastores } from './groups/metastores.ts'
import { proxies } from './groups/proxies.ts'
import { s3 } from './groups/s3.ts'
import { scenarios } from './groups/scenarios.ts'

export const GROUPS: Readonly<Record<string, Group>> = {
  metastores,
  proxies,
  gateways,
  s3,
  engines,
  scenarios,
}
