import type { Numbers } from '../numbers/sinusoids.js';

export function numbers(shape: readonly number[], at: (...index: number[]) => number): Numbers {
  return {
    shape,
    at: (flat) => {
      let rest = flat;
      const index = shape.map((_, axis) => {
        const inner = shape.slice(axis + 1).reduce((product, edge) => product * edge, 1);
        const here = Math.floor(rest / inner);
        rest %= inner;
        return here;
      });
      return at(...index);
    },
  };
}

export const random = (seed: number) => {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
};
export const turn = (k: number, n: number, size: number) => (2 * Math.PI * k * n) / size;
export const hann = (n: number, size: number) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size);
/** HTK's mel matrix, [bins, filters]: triangles between frequencies that are evenly spaced in mel. */
export function melMatrix(bins: number, filters: number): Numbers {
  const toMel = (hertz: number) => 2595 * Math.log10(1 + hertz / 700);
  const top = toMel(8000);
  const edges = Array.from(
    { length: filters + 2 },
    (_, i) => 700 * (10 ** ((top * i) / (filters + 1) / 2595) - 1),
  );
  return numbers([bins, filters], (bin = 0, filter = 0) => {
    const hertz = (8000 * bin) / (bins - 1);
    const [low = 0, middle = 0, high = 0] = edges.slice(filter);
    return Math.max(0, Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle)));
  });
}
