/** Bytes that count how often one of them is looked at: what a parser does, whatever the machine. */
export function countedBytes(from: Uint8Array): {
  readonly bytes: Uint8Array
  readonly visits: () => number
} {
  let visits = 0
  const bytes = new Proxy(from, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) visits += 1
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { bytes, visits: () => visits }
}
