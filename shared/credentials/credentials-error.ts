/** What no other server would mend. */
import { GoldsyncError } from '../base/errors.ts'

/** There are no credentials: no other server, and no second try, would mend that. */
export class CredentialsError extends GoldsyncError {
  static from({ code, message, hint, retryable, cause }: GoldsyncError): CredentialsError {
    return new CredentialsError(code, message, { ...(hint === undefined ? {} : { hint }), retryable, cause })
  }
}
