/** Identifiers of delegation tokens, as Hadoop's AbstractDelegationTokenIdentifier writes them. */
const long = (value: number): Buffer => {
  const bytes = Buffer.alloc(9)
  bytes.writeInt8(-120)
  bytes.writeBigInt64BE(BigInt(value), 1)
  return bytes
}
const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value)])

/** @param until epoch milliseconds */
export const identifierOf = (of: { owner: string; renewer?: string; until: number }): Buffer =>
  Buffer.concat([
    Buffer.from([0]),
    text(of.owner),
    text(of.renewer ?? ''),
    text(''),
    long(1_700_000_000_000),
    long(of.until),
    Buffer.from([1, 2]),
  ])
