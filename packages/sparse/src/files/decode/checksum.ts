/** What 32 bits become when 8, 16, 24 and 32 bits of zeros follow, for each value of the byte that goes first. */
const tables = /* @__PURE__ */ makeTables();

function makeTables(): Int32Array {
  const made = Int32Array.from({ length: 1024 }, (_, i) => i);
  for (let i = 0; i < 1024; i += 1) {
    if (i > 255) made[i] = made[i - 256]!;
    for (let bit = 0; bit < 8; bit += 1) made[i] = (made[i]! >>> 1) ^ (made[i]! & 1 && 0xedb88320);
  }
  return made;
}

/**
 * CRC-32 as gzip and PNG have it, in [0, 2³²). Four bytes at a time.
 *
 * @param before that of the bytes in front
 */
export function checksum(bytes: Uint8Array, before = 0): number {
  let sum = ~before;
  let i = 0;
  for (; i < bytes.length - 3; i += 4) {
    sum ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    sum =
      tables[768 + (sum & 255)]! ^
      tables[512 + ((sum >> 8) & 255)]! ^
      tables[256 + ((sum >> 16) & 255)]! ^
      tables[sum >>> 24]!;
  }
  for (; i < bytes.length; i += 1) sum = (sum >>> 8) ^ tables[(sum ^ bytes[i]!) & 255]!;
  return ~sum >>> 0;
}
