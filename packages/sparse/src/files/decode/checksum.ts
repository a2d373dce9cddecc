const table = /* @__PURE__ */ Int32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 && 0xedb88320);
  return sum;
});

/**
 * CRC-32 as gzip and PNG have it, in [0, 2³²).
 *
 * @param before that of the bytes in front
 */
export function checksum(bytes: Uint8Array, before = 0): number {
  let sum = ~before;
  for (let i = 0; i < bytes.length; i += 1) sum = (sum >>> 8) ^ table[(sum ^ bytes[i]!) & 255]!;
  return ~sum >>> 0;
}
