/** What reading bytes costs, counted: the same on any machine, whatever else it does. */

export interface Visited {
  readonly bytes: Uint8Array
  /** How many bytes were looked at so far, those of views that were taken included. */
  visits(): number
}

/** The same bytes, which count who looks at them. */
export function visited(original: Uint8Array): Visited {
  let visits = 0
  const subarray = (from?: number, to?: number): Uint8Array => {
    const view = original.subarray(from, to)
    visits += view.length
    return view
  }
  const bytes = new Proxy(original, {
    get(target, key) {
      if (key === 'subarray') return subarray
      if (typeof key === 'string' && /^\d/.test(key)) visits += 1
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return { bytes, visits: () => visits }
}
