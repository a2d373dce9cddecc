import { type CompiledModel, loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
import wasm from '@litertjs/core/wasm/litert_wasm_internal.js?url';

/** LiteRT.js on wasm, on one thread. */
export interface LiteRt {
  /** What a model of one input answers to an image: its outputs, in the order of their names' lengths and letters. */
  run(bytes: Uint8Array<ArrayBuffer>, image: Float32Array): Promise<Float32Array[]>;
}

/** Loads the runtime, from where vite serves the files of its package. */
export async function openLiteRt(): Promise<LiteRt> {
  await loadLiteRt(wasm.slice(0, wasm.lastIndexOf('/') + 1), { threads: false });
  return {
    run: async (bytes, image) => {
      const model = await loadAndCompile(bytes, { accelerator: 'wasm' });
      try {
        return await answer(model, image);
      } finally {
        model.delete();
      }
    },
  };
}

async function answer(model: CompiledModel, image: Float32Array): Promise<Float32Array[]> {
  const [input] = model.getInputDetails();
  const tensor = new Tensor(image, [...input!.shape]);
  try {
    const outputs = await model.run([tensor]);
    const values: Float32Array[] = [];
    for (const output of outputs) {
      const here = await output.moveTo('wasm');
      values.push(Float32Array.from(here.toTypedArray() as Float32Array));
      here.delete();
    }
    return values;
  } finally {
    tensor.delete();
  }
}
