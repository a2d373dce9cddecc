import { PruneError } from '@synaprune/core';
import type { StepKernel, StepKernels } from '@synaprune/onnx-train';

/** Kernels that give outputs of a step. */
export interface Kernels {
  /** Gives all of them where they are. It cannot fail half-way: nothing in it allocates, and numbers do not trap. */
  run(read: (name: string) => Float32Array | Uint8Array, written: (name: string) => Float32Array): void;
  readonly give: ReadonlySet<string>;
}

/** What a step graph leaves to kernels. */
export interface UpdateKernels {
  /** Adds the gradients of a batch to their sums. */
  readonly adding: Kernels;
  /** Updates weights and slots. */
  readonly updating: Kernels;
}

/** The kernels of a step, compiled. @throws PruneError `device-failed` where WebAssembly gives no memory for them */
export async function openUpdateKernels({
  module,
  blockElements,
  adding,
  kernels,
}: StepKernels): Promise<UpdateKernels> {
  const { instance } = await WebAssembly.instantiate(module as BufferSource).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PruneError('device-failed', `the kernels that update weights failed to load: ${reason}`, {
      cause,
    });
  });
  const { memory, ...functions } = instance.exports as { memory: WebAssembly.Memory } & Record<
    string,
    (elements: number) => void
  >;
  const floats = new Float32Array(memory.buffer);
  const bytes = new Uint8Array(memory.buffer);
  const open = (kernels: readonly StepKernel[]): Kernels => ({
    give: new Set(kernels.flatMap(({ results }) => results)),
    run(read, written) {
      for (const { entry, arrays, masks, scalars, results } of kernels) {
        const update = functions[entry]!;
        const given = arrays.map(read) as Float32Array[];
        const kept = masks.map(read) as Uint8Array[];
        const made = results.map(written);
        for (const [index, name] of scalars.entries()) floats[index] = read(name)[0]!;
        const { length } = made[0]!;
        for (let from = 0; from < length; from += blockElements) {
          const to = Math.min(from + blockElements, length);
          let block = 1;
          for (const array of given) {
            floats.set(array.subarray(from, to), block * blockElements);
            block += 1;
          }
          for (const mask of kept) {
            bytes.set(mask.subarray(from, to), 4 * block * blockElements);
            block += 1;
          }
          update(to - from);
          for (const array of made) {
            const at = block * blockElements;
            array.set(floats.subarray(at, at + to - from), from);
            block += 1;
          }
        }
      }
    },
  });
  return { adding: open(adding), updating: open(kernels) };
}
