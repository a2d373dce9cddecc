import { type ClassLayout, classLayout, countClasses } from './class-tally.js';
import { addNumbers, explainedVariance, noSums, overlapOf, type SampleSums } from './number-sums.js';
import { type OutputTally, partsOf } from './output-tally.js';

/** The share of the variance that a sample of values may be off and still count as answered as before. */
const CLOSE = 0.05;

/**
 * For floats. What they are, is known when all have been seen, so that everything they may turn out to be is added
 * up on the way.
 *
 * @param axis of the classes where the caller said that there are some, not negative
 */
export function createFloatTally(axis?: number): OutputTally {
  const total = noSums();
  let [positions, agreeing, distributions] = [0, 0, true];
  const samples: { readonly classes: boolean; readonly sums: SampleSums }[] = [];

  return {
    add({ before, after, dims, samples: held }) {
      const [a, b] = [before as Float32Array, after as Float32Array];
      const layout = layoutOf(dims, axis, held);
      // Classes on the first axis leave nothing that would tell samples apart.
      const parts = partsOf(axis === 0 ? 1 : (dims[0] ?? 1), held);
      const outer = layout.outer / parts;
      const each = a.length / parts;
      for (let part = 0; part < parts; part += 1) {
        const counted = countClasses(a, b, layout, part * outer, (part + 1) * outer);
        positions += counted.positions;
        agreeing += counted.same;
        distributions &&= counted.distributions;
        const sums = addNumbers(total, a, b, part * each, (part + 1) * each);
        const classes = counted.same === counted.positions;
        for (let i = 0; i < held / parts; i += 1) samples.push({ classes, sums });
      }
    },

    addUnlike({ before, dims, samples: held }) {
      const lost = new Float32Array(before.length).fill(Number.NaN);
      const counted = countClasses(before as Float32Array, lost, layoutOf(dims, axis, held));
      positions += Math.max(1, counted.positions);
      distributions &&= counted.distributions;
      const sums = addNumbers(total, before as Float32Array, lost, 0, lost.length);
      const none = { ...sums, wrong: 1, lost: 1 };
      for (let i = 0; i < held; i += 1) samples.push({ classes: false, sums: none });
    },

    finish() {
      const { elements, finite, nanBefore } = total;
      if (axis !== undefined || (distributions && finite > 0)) {
        const agreement = positions === 0 ? 1 : agreeing / positions;
        return {
          kind: 'classes',
          agreement,
          elements,
          nanBefore,
          same: samples.map(({ classes }) => classes),
        };
      }
      // Where nothing says yes there is no overlap to measure: any model that is silent too would do.
      if (total.inside && total.yesBefore > 0) {
        const same = samples.map(({ sums }) => sums.wrong === 0);
        return { kind: 'probabilities', agreement: overlapOf(total), elements, nanBefore, same };
      }
      const most = (CLOSE * total.spread) / Math.max(1, finite);
      const same = samples.map(({ sums }) => sums.lost === 0 && sums.error <= most * sums.elements);
      return { kind: 'values', agreement: explainedVariance(total), elements, nanBefore, same };
    },
  };
}

/** The last axis, unless told; a list of one number for each sample has no classes. */
function layoutOf(dims: readonly number[], axis: number | undefined, samples: number): ClassLayout {
  if (axis !== undefined) return classLayout(dims, axis);
  if (dims.length === 1 && samples > 1) return { outer: dims[0]!, inner: 1, classes: 1 };
  return classLayout(dims, Math.max(0, dims.length - 1));
}
