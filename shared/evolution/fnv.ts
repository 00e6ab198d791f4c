/** A short hash to tell lists apart. It withstands chance, not an attacker. */

const UTF8 = new TextEncoder()

/** FNV-1a, 64 bits, of the text's UTF-8 bytes: 16 hexadecimal digits. Offset basis and prime: isthe.com/chongo/tech/comp/fnv. */
export function fnv1a64(text: string): string {
  let high = 0xcbf29ce4
  let low = 0x84222325
  for (const byte of UTF8.encode(text)) {
    low = (low ^ byte) >>> 0
    // Times the prime 2^40 + 0x1b3, in two halves of 32 bits: bigint takes ten times as long.
    const product = low * 0x1b3
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 2 ** 32) + (low << 8)) >>> 0
    low = product >>> 0
  }
  return hex(high) + hex(low)
}

const hex = (word: number): string => word.toString(16).padStart(8, '0')
