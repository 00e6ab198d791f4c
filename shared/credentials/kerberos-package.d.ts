/** What is used of the optional package `kerberos`, which need not be installed; its own types name an option that it does not read. */
declare module 'kerberos' {
  /** Tokens in base64; null for none. */
  export interface Client {
    readonly contextComplete: boolean
    step(challenge: string): Promise<string | null>
    wrap(data: string, options: { protect: boolean }): Promise<string>
    unwrap(data: string): Promise<string | null>
  }

  /** The other side, of tests. */
  export interface Server {
    readonly response: string
    readonly username: string
    step(token: string): Promise<string | null>
  }

  export interface Package {
    initializeClient(
      service: string,
      options: { principal?: string; mechOID: number; flags: number },
    ): Promise<Client>
    readonly GSS_MECH_OID_KRB5: number
    readonly GSS_MECH_OID_SPNEGO: number
    readonly GSS_C_MUTUAL_FLAG: number
    readonly GSS_C_SEQUENCE_FLAG: number
    readonly GSS_C_INTEG_FLAG: number
  }

  const loaded: Package & { initializeServer(service: string): Promise<Server> }
  // biome-ignore lint/style/noDefaultExport: CommonJS, as Node imports it
  export default loaded
}
