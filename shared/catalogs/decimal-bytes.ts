/** An integer as Java's BigInteger.toByteArray writes it: two's complement, big endian, as few bytes as can be. */
export function decimalBytes(value: bigint): Uint8Array {
  let length = 1
  while (BigInt.asIntN(length * 8, value) !== value) length += 1
  const bytes = new Uint8Array(length)
  for (let at = length - 1, rest = value; at >= 0; at -= 1, rest >>= 8n) bytes[at] = Number(rest & 0xffn)
  return bytes
}
