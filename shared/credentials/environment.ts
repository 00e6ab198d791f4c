/** The environment, as far as MIT's library and Hadoop's tools tell credentials by it: nothing else here reads it. */

export const variable = (name: string): string | undefined => process.env[name]

/** Written only where it changes: other threads may be reading. */
export function setVariable(name: string, value: string | undefined): void {
  if (process.env[name] === value) return
  if (value === undefined) delete process.env[name]
  else process.env[name] = value
}
