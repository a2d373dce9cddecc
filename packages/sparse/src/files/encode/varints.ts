/** Whole numbers below 2⁵³ in seven bits a byte, lowest first. */
export interface Varints {
  add(...values: readonly number[]): void;
  bytes(): Uint8Array<ArrayBuffer>;
}

export function createVarints(): Varints {
  const bytes: number[] = [];
  return {
    add: (...values) => {
      for (let rest of values) {
        for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
        bytes.push(rest);
      }
    },
    bytes: () => Uint8Array.from(bytes),
  };
}
