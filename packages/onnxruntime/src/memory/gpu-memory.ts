import { elementsOf } from '@synaprune/core/checks';
import { expandMasks, type WebgpuMask, type WebgpuWeight, webgpuBackend } from '@synaprune/webgpu';
import type { Tensor } from 'onnxruntime-common';
import type { OnnxRuntime } from '../runtime/runtime.js';
import type { Cell, Memory, MemoryOptions, TrainerWeight } from './memory.js';
import { watchMasks } from './watch-masks.js';

/** A handle whose buffer is looked up anew at each call, because every step moves it. */
type GpuCell = Cell & WebgpuWeight;

/** Usages of a buffer, as numbers: the names are globals that Node lacks. */
const USAGE = { copySource: 0x4, copyTarget: 0x8, storage: 0x80 } as const;

interface GpuHandles {
  readonly weight: WebgpuWeight;
  readonly mask: WebgpuMask;
}

/** State in buffers of onnxruntime-web's own device, pruned there. Steps read back the loss and nothing else. */
export function createGpuMemory(
  ort: OnnxRuntime,
  device: GPUDevice,
  name: string,
  options: MemoryOptions,
): Memory {
  const inner = webgpuBackend({ device });
  const watched = watchMasks<GpuHandles>(inner, name, options);
  const floats = new Map<TrainerWeight, Tensor>();

  const create = (shape: readonly number[], values?: Float32Array): Tensor => {
    const buffer = device.createBuffer({
      label: 'synaprune state',
      // The runtime's own buffers are multiples of 16 bytes, and its kernels may count on it.
      size: Math.max(16, Math.ceil(elementsOf(shape) / 4) * 16),
      usage: USAGE.storage | USAGE.copySource | USAGE.copyTarget,
    });
    if (values !== undefined) device.queue.writeBuffer(buffer, 0, values.slice());
    return ort.Tensor.fromGpuBuffer(buffer, {
      dataType: 'float32',
      dims: [...shape],
      dispose: () => buffer.destroy(),
    });
  };

  const write = (cell: Cell, { gpuBuffer }: Tensor): void =>
    expandMasks(device, watched.masksOf(cell), { buffer: gpuBuffer as GPUBuffer, shape: cell.shape });

  return {
    kind: 'gpu',
    backend: watched.backend,
    asked: watched.asked,
    outputOptions: (outputs) => ({
      preferredOutputLocation: Object.fromEntries(outputs.map((output) => [output, 'gpu-buffer'])),
    }),
    create,
    adopt: create,
    cell(tensor) {
      const cell: GpuCell = {
        shape: [...tensor.dims],
        tensor,
        get buffer() {
          return cell.tensor.gpuBuffer as GPUBuffer;
        },
      };
      watched.own(cell);
      return cell;
    },
    discard: (tensor) => tensor.dispose(),
    read: async (cell) => inner.read!(cell as GpuCell),
    readMasked: async (cell, weight) => watched.masked(await inner.read!(cell as GpuCell), weight),
    // The runtime packs bools in a way of its own on a GPU.
    maskType: 'float32',
    mask(cell) {
      const known = floats.get(cell);
      if (known !== undefined) return known;
      const tensor = create(cell.shape);
      floats.set(cell, tensor);
      write(cell, tensor);
      return tensor;
    },
    async settle(cell, slots) {
      if (!watched.isChanged(cell)) return;
      await watched.zero(cell, [cell, ...slots]);
      const known = floats.get(cell);
      if (known !== undefined) write(cell, known);
      watched.settled(cell);
    },
    touch: (cell) => watched.touch(cell),
    isChanged: (cell) => watched.isChanged(cell),
    countKept: (cell) => watched.countKept(cell),
    isMasked: (cell) => watched.masksOf(cell).length > 0,
    isAbandoned: (cell) => watched.isAbandoned(cell),
    async dispose() {
      for (const tensor of floats.values()) tensor.dispose();
      floats.clear();
    },
  };
}
