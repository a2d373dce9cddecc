import { elementsOf } from '@synaprune/core/checks';
import { expandMasks, type HostMask, type HostWeight, hostBackend } from '@synaprune/host';
import type { Tensor } from 'onnxruntime-common';
import type { OnnxRuntime } from '../runtime/runtime.js';
import type { Cell, Memory, MemoryOptions, TrainerWeight } from './memory.js';
import { watchMasks } from './watch-masks.js';

/** A handle whose values are read anew at each call, because every step moves them. */
type HostCell = Cell & Extract<HostWeight, { readonly values: Float32Array }>;

interface HostHandles {
  readonly weight: HostWeight;
  readonly mask: HostMask;
}

/** State in `Float32Array`s, pruned by the kernels of the host. */
export function createHostMemory(ort: OnnxRuntime, name: string, options: MemoryOptions): Memory {
  const watched = watchMasks<HostHandles>(hostBackend(), name, options);
  const keeps = new Map<TrainerWeight, Tensor>();

  return {
    kind: 'host',
    backend: watched.backend,
    asked: watched.asked,
    outputOptions: () => ({}),
    create: (shape, values) =>
      new ort.Tensor('float32', values?.slice() ?? new Float32Array(elementsOf(shape)), [...shape]),
    adopt: (shape, values) => new ort.Tensor('float32', values, [...shape]),
    cell(tensor) {
      const cell: HostCell = {
        shape: [...tensor.dims],
        tensor,
        get values() {
          return cell.tensor.data as Float32Array;
        },
      };
      watched.own(cell);
      return cell;
    },
    discard: () => {},
    read: async ({ tensor }) => (tensor.data as Float32Array).slice(),
    readMasked: (cell, weight) => watched.masked((cell.tensor.data as Float32Array).slice(), weight),
    maskType: 'bool',
    mask(cell) {
      const known = keeps.get(cell);
      if (known !== undefined) return known;
      const tensor = new ort.Tensor('bool', new Uint8Array(elementsOf(cell.shape)), [...cell.shape]);
      keeps.set(cell, tensor);
      expandMasks(watched.masksOf(cell), tensor.data as Uint8Array);
      return tensor;
    },
    async settle(cell, slots) {
      if (!watched.isChanged(cell)) return;
      await watched.zero(cell, [cell, ...slots]);
      keeps.delete(cell);
      watched.settled(cell);
    },
    touch: (cell) => watched.touch(cell),
    isChanged: (cell) => watched.isChanged(cell),
    countKept: (cell) => watched.countKept(cell),
    isMasked: (cell) => watched.masksOf(cell).length > 0,
    isAbandoned: (cell) => watched.isAbandoned(cell),
    dispose: async () => keeps.clear(),
  };
}
