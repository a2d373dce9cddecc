import { maskBits, type WebgpuMask, type WebgpuWeight, webgpuBackend } from '@synaprune/webgpu';
import type { Tensor } from 'onnxruntime-common';
import { createExpandMasks, USAGE } from './expand-mask.js';
import type { Gate } from './gate.js';
import { elementsOf } from './host-memory.js';
import type { Cell, Memory, TrainerWeight } from './memory.js';
import type { OnnxRuntime } from './runtime.js';
import { watchMasks } from './watch-masks.js';

/** A handle whose buffer is looked up anew at each call, because every step moves it. */
type GpuCell = Cell & WebgpuWeight;

/** State in buffers of onnxruntime-web's own device, pruned there. Steps read back the loss and nothing else. */
export function createGpuMemory(ort: OnnxRuntime, device: GPUDevice, name: string, gate: Gate): Memory {
  const inner = webgpuBackend({ device });
  const watched = watchMasks<GpuCell, WebgpuMask>(
    inner as Parameters<typeof watchMasks<GpuCell, WebgpuMask>>[0],
    { ...inner.manifest, name },
    gate,
  );
  const expand = createExpandMasks(device);
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
    expand(watched.masksOf(cell).map(maskBits), elementsOf(cell.shape), gpuBuffer as GPUBuffer);

  return {
    kind: 'gpu',
    backend: watched.backend,
    outputOptions: (outputs) => ({
      preferredOutputLocation: Object.fromEntries(outputs.map((output) => [output, 'gpu-buffer'])),
    }),
    create,
    cell(tensor) {
      const cell: GpuCell = {
        shape: [...tensor.dims],
        tensor,
        get buffer() {
          return cell.tensor.gpuBuffer as GPUBuffer;
        },
      };
      return cell;
    },
    discard: (tensor) => tensor.dispose(),
    read: ({ tensor, shape }) => readFloats(device, tensor.gpuBuffer as GPUBuffer, elementsOf(shape)),
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
    isAbandoned: (cell) => watched.isAbandoned(cell),
    async dispose() {
      for (const tensor of floats.values()) tensor.dispose();
      floats.clear();
    },
  };
}

async function readFloats(device: GPUDevice, buffer: GPUBuffer, elements: number): Promise<Float32Array> {
  const size = 4 * elements;
  const staging = device.createBuffer({
    label: 'synaprune read',
    size,
    usage: USAGE.mapRead | USAGE.copyTarget,
  });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(1);
    return new Float32Array(staging.getMappedRange().slice(0));
  } finally {
    staging.destroy();
  }
}
