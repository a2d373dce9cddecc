import type { Remover } from './kernels.js';
import { leftOf } from './script-remover.js';
import { createRoom } from './wasm-module.js';

/** As `RefitKernels.createRemover`, or `undefined` where there is no memory for it. */
export function wasmRemover(inverse: Float64Array, size: number): Remover | undefined {
  const room = createRoom(8 * size * size + 8 * 5 * size + 256);
  if (room === undefined) return undefined;
  const at = room.take(8 * size * size);
  const [weightsAt, lossesAt] = [room.take(8 * size), room.take(8 * size)];
  const [idsAt, orderAt, leftAt] = [room.take(4 * size), room.take(4 * size), room.take(4 * size)];
  const [matrix, weights, losses] = [
    room.doubles(at, size * size),
    room.doubles(weightsAt, size),
    room.doubles(lossesAt, size),
  ];
  const [ids, order] = [room.words(idsAt, size), room.words(orderAt, size)];
  const left = room.words(leftAt, size);
  return {
    remove(given, steps, groups) {
      matrix.set(inverse);
      weights.set(given);
      for (let i = 0; i < size; i += 1) ids[i] = i;
      left.set(leftOf(groups, size));
      const { of, keep } = groups ?? { of: 0, keep: 0 };
      const removed = room.wasm.removeGreedily(
        at,
        8 * size,
        size,
        weightsAt,
        idsAt,
        steps,
        of,
        keep,
        leftAt,
        orderAt,
        lossesAt,
      );
      return { order: order.slice(0, removed), losses: losses.slice(0, removed) };
    },
  };
}
