/** Keytabs of MIT's form (version 2): whose keys a file holds, without the keys. Pure. */

/** The principals, each once, in the file's order; undefined where it is no such file. */
export function principalsOf(bytes: Buffer): readonly string[] | undefined {
  if (bytes.length < 2 || bytes.readUInt16BE() !== 0x0502) return undefined
  const found = new Set<string>()
  try {
    for (let at = 2; at + 4 <= bytes.length; ) {
      const size = bytes.readInt32BE(at)
      // Zero bytes fill the end, a negative size is a hole.
      if (size === 0) break
      at += 4
      if (size > 0) found.add(principalOf(bytes.subarray(at, at + size)))
      at += Math.abs(size)
    }
  } catch {
    return undefined
  }
  return [...found]
}

function principalOf(entry: Buffer): string {
  const texts: string[] = []
  const components = entry.readUInt16BE()
  for (let at = 2, left = components + 1; left > 0; left -= 1) {
    const length = entry.readUInt16BE(at)
    at += 2
    texts.push(entry.toString('utf8', at, at + length))
    at += length
  }
  const [realm, ...names] = texts
  return `${names.join('/')}@${realm}`
}
