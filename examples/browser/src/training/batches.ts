import { createRandom, shuffled } from '@synaprune/examples-kit/random';

/**
 * Which examples a step trains on: a function of the step alone, so that a run that goes on after a reload
 * meets the same batches as one that was never interrupted. Every epoch has an order of its own; examples that
 * do not fill its last batch wait for the next.
 *
 * @throws RangeError when there are fewer examples than a batch takes
 */
export function createBatches(count: number, size: number, seed: number): (step: number) => Int32Array {
  const perEpoch = Math.floor(count / size);
  if (perEpoch < 1) throw new RangeError(`a batch of ${size} needs as many examples, got ${count}`);
  let epoch = -1;
  let order: Int32Array = new Int32Array(0);
  return (step) => {
    const wanted = Math.floor(step / perEpoch);
    if (wanted !== epoch) {
      epoch = wanted;
      order = shuffled(count, createRandom(seed, `epoch ${wanted}`));
    }
    const from = (step % perEpoch) * size;
    return order.subarray(from, from + size);
  };
}
