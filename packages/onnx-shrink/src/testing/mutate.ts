/** Makes damaged copies of bytes, the same ones for the same seed. */
export function createMutator(seed: number): (bytes: Uint8Array) => Uint8Array {
  let state = seed >>> 0;
  // xorshift32
  const random = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const kinds: ((bytes: Uint8Array) => Uint8Array)[] = [
    (bytes) => bytes.slice(0, random(bytes.length)),
    (bytes) => edit(bytes, 1 + random(8), () => random(256)),
    (bytes) => edit(bytes, 1 + random(3), (old) => old ^ (1 << random(8))),
    (bytes) => edit(bytes, 1 + random(4), () => 0xff),
    (bytes) => {
      const from = random(bytes.length);
      return new Uint8Array([...bytes.subarray(0, from), ...bytes.subarray(from + 1 + random(16))]);
    },
    (bytes) => {
      const [at, from] = [random(bytes.length), random(bytes.length)];
      const piece = bytes.subarray(from, from + random(200));
      return new Uint8Array([...bytes.subarray(0, at), ...piece, ...bytes.subarray(at)]);
    },
  ];
  const edit = (bytes: Uint8Array, times: number, change: (old: number) => number): Uint8Array => {
    const copy = bytes.slice();
    for (let i = 0; i < times; i += 1) {
      const at = random(copy.length);
      copy[at] = change(copy[at]!);
    }
    return copy;
  };
  return (bytes) => kinds[random(kinds.length)]!(bytes);
}
