import { type CompiledModel, loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
import wasm from '@litertjs/core/wasm/litert_wasm_internal.js?url';

/** LiteRT.js on wasm, on one thread. */
export interface LiteRt {
  /** What a model answers to images, one an input: its outputs, in their order. */
  run(bytes: Uint8Array<ArrayBuffer>, ...images: readonly Float32Array[]): Promise<Float32Array[]>;
}

/** Loads the runtime, from where vite serves the files of its package. */
export async function openLiteRt(): Promise<LiteRt> {
  await loadLiteRt(wasm.slice(0, wasm.lastIndexOf('/') + 1), { threads: false });
  return {
    run: async (bytes, ...images) => {
      const model = await loadAndCompile(bytes, { accelerator: 'wasm' });
      try {
        return await answer(model, images);
      } finally {
        model.delete();
      }
    },
  };
}

async function answer(model: CompiledModel, images: readonly Float32Array[]): Promise<Float32Array[]> {
  const tensors = model.getInputDetails().map(({ shape }, i) => new Tensor(images[i]!, [...shape]));
  try {
    const outputs = await model.run(tensors);
    const values: Float32Array[] = [];
    for (const output of outputs) {
      const here = await output.moveTo('wasm');
      values.push(Float32Array.from(here.toTypedArray() as Float32Array));
      here.delete();
    }
    return values;
  } finally {
    for (const tensor of tensors) tensor.delete();
  }
}
