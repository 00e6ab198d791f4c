/** Addresses in a config: how they are refused, without showing what else may stand in them. */

/** zod's message for an address of another form. What is written is shown only where it is a bare host. */
export const wrongAddress = ({ input }: { readonly input?: unknown }): string => {
  const bare = typeof input === 'string' && /^[\w.-]+(:\d+)?\/?$/.test(input)
  return `expected http://host:port or https://host:port${bare ? `: write http://${input}` : ''}`
}

/** Whether an address is scheme, host, port and path. What is no address is refused by another check. */
export function holdsNoMore(text: string): boolean {
  if (!URL.canParse(text)) return true
  const { username, password, search, hash } = new URL(text)
  return [username, password, search, hash].every(part => part === '')
}
