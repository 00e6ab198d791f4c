/** Keytabs as MIT writes them: names, type, time, version, key. */
const sized = (text: string) => {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
}

/** A signed word of four bytes. */
export const word = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

export function keytabEntry(realm: string, ...names: string[]): Buffer {
  const body = Buffer.concat([
    Buffer.from([0, names.length]),
    ...[realm, ...names].map(sized),
    word(1),
    word(1_700_000_000),
    Buffer.from([2, 0, 18]),
    sized('k'.repeat(32)),
  ])
  return Buffer.concat([word(body.length), body])
}

export const keytab = (...parts: Buffer[]) => Buffer.concat([Buffer.from([5, 2]), ...parts])
