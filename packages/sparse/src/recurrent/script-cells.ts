import { activate } from './activations.js';
import type { CellLoops } from './cell-loops.js';

const { fround } = Math;

/** The loops of recurrent cells in plain TypeScript, on a memory of float32. */
export function scriptCells(heap: Float32Array): CellLoops {
  const at = (offset: number): number => heap[offset >> 2]!;
  const plus = (a: number, b: number): number => fround(at(a) + at(b));

  /** Calls back for each sample, its row of the input part and of the output, and each unit as an offset. */
  function each(units: number, count: number, visit: (sample: number, unit: number) => void): void {
    for (let sample = 0; sample < count; sample += 1) {
      for (let unit = 0; unit < units; unit += 1) visit(sample, 4 * unit);
    }
  }

  function put(gate: number, sample: number, unit: number, state: number, to: number, h: number): void {
    heap[(state + sample * gate + unit) >> 2] = h;
    heap[(to + unit) >> 2] = h;
  }

  /** z · h + (1 − z) · candidate. */
  function mix(z: number, h: number, candidate: number): number {
    return fround(fround(z * h) + fround(fround(1 - z) * candidate));
  }

  return {
    lstmGates(units, count, x, stride, r, cell, state, out, outStride, activation, recurrentActivation) {
      const gate = 4 * units;
      each(units, count, (sample, unit) => {
        const a = x + sample * stride + unit;
        const b = r + sample * 4 * gate + unit;
        const i = activate(recurrentActivation, plus(a, b));
        const f = activate(recurrentActivation, plus(a + gate, b + gate));
        const g = activate(activation, plus(a + 2 * gate, b + 2 * gate));
        const o = activate(recurrentActivation, plus(a + 3 * gate, b + 3 * gate));
        const own = cell + sample * gate + unit;
        const c = fround(fround(f * at(own)) + fround(i * g));
        heap[own >> 2] = c;
        put(gate, sample, unit, state, out + sample * outStride, fround(o * activate(activation, c)));
      });
    },
    gruGates(units, count, x, stride, r, state, update, reset, recurrentActivation) {
      const gate = 4 * units;
      each(units, count, (sample, unit) => {
        const a = x + sample * stride + unit;
        const b = r + sample * 2 * gate + unit;
        const own = sample * gate + unit;
        const q = activate(recurrentActivation, plus(a + gate, b + gate));
        heap[(update + own) >> 2] = activate(recurrentActivation, plus(a, b));
        heap[(reset + own) >> 2] = fround(q * at(state + own));
      });
    },
    gruState(units, count, x, stride, r, update, state, out, outStride, activation) {
      const gate = 4 * units;
      each(units, count, (sample, unit) => {
        const own = sample * gate + unit;
        const candidate = activate(activation, plus(x + sample * stride + 2 * gate + unit, r + own));
        const h = mix(at(update + own), at(state + own), candidate);
        put(gate, sample, unit, state, out + sample * outStride, h);
      });
    },
    gruAfterGates(units, count, x, stride, r, state, out, outStride, activation, recurrentActivation) {
      const gate = 4 * units;
      each(units, count, (sample, unit) => {
        const a = x + sample * stride + unit;
        const b = r + sample * 3 * gate + unit;
        const z = activate(recurrentActivation, plus(a, b));
        const q = activate(recurrentActivation, plus(a + gate, b + gate));
        const candidate = activate(activation, fround(at(a + 2 * gate) + fround(q * at(b + 2 * gate))));
        const h = mix(z, at(state + sample * gate + unit), candidate);
        put(gate, sample, unit, state, out + sample * outStride, h);
      });
    },
    rnnState(units, count, x, stride, r, state, out, outStride, activation) {
      const gate = 4 * units;
      each(units, count, (sample, unit) => {
        const h = activate(activation, plus(x + sample * stride + unit, r + sample * gate + unit));
        put(gate, sample, unit, state, out + sample * outStride, h);
      });
    },
  };
}
