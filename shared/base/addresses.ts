/** Addresses in a config: how they are refused, without showing what else may stand in them. */

/** zod's message for an address of another form. What is written is shown only where it is a bare host. */
export const wrongAddress = ({ input }: { readonly input?: unknown }): string => {
  const bare = typeof input === 'string' && /^[\w.-]+(:\d+)?\/?$/.test(input)
  return `expected http://host:port or https://host:port${bare ? `: write http://${input}` : ''}`
}

/** Whether an address is scheme, host, port and path. What is no address is refused by another check. */
export function holdsNoMore(text: string): boolean {
  if (!URL.canParse(text)) return true
  const { search, hash } = new URL(text)
  return holdsNoUser(text) && search === '' && hash === ''
}

/** Whether an address of any scheme has nobody before its host: addresses get into messages, tables and logs. */
export const holdsNoUser = (text: string): boolean => !/^[^/?#]*\/\/[^/?#]*@/.test(text)

/** Whether what is sent to this host does not leave this machine. @param host a name or an address, without brackets */
export const isThisMachine = (host: string): boolean => /^(localhost|127\.[\d.]+|::1)$/.test(host)

/** Whether a location names no password. A name before its host is Azure's way to write a container: `abfss://data@account…`. */
export const holdsNoPassword = (text: string): boolean => !/^[^/?#]*\/\/[^/?#@]*:[^/?#]*@/.test(text)
