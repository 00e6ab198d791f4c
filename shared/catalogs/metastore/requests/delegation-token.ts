/** A delegation token of the metastore: with it, who has no keytab is us for a time. */
import { GoldsyncError } from '../../../base/errors.ts'
import { type HadoopToken, parseToken } from '../../../credentials/hadoop-token.ts'
import { identityOf } from '../../../credentials/keytab-file.ts'
import type { KerberosAuth } from '../../../credentials/options.ts'
import type { ClientCall } from '../../hms/connection/invoke.ts'
import type { Warehouse } from './warehouse.ts'

/**
 * The owner is the principal's first part, as Hadoop's default rules have it; nobody but it may renew the token.
 * @param alias the token's name in a file
 * @throws GoldsyncError `CONFIG_INVALID` where the principal is not known
 */
export async function delegationToken(
  { hms }: Warehouse,
  auth: KerberosAuth,
  alias: string,
  call: ClientCall,
): Promise<HadoopToken> {
  const principal = await identityOf(auth)
  const [owner] = principal?.split(/[/@]/) ?? []
  if (owner === undefined)
    throw new GoldsyncError('CONFIG_INVALID', `catalogs.${alias}.auth: whose token is not known`, {
      hint: 'set auth.principal or auth.keytab',
    })
  const args = { token_owner: owner, renewer_kerberos_principal_name: owner }
  return parseToken(await hms.call('get_delegation_token', args, call), alias)
}
