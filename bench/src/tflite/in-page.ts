import { type CompiledModel, loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';

/** What a page with LiteRT.js offers to who opened it, by numbers of models and addresses of bytes. */
export interface InPage {
  load(model: string): Promise<number>;
  answer(model: number, images: string, count: number): Promise<number[]>;
  time(model: number, often: number): Promise<number>;
}

declare global {
  var inPage: InPage;
}

interface Held {
  readonly model: CompiledModel;
  readonly shape: number[];
  /** The image that it answered last. */
  image: Tensor;
}

await loadLiteRt('/core/wasm/', { threads: false });
const models: Held[] = [];

globalThis.inPage = {
  async load(address) {
    const model = await loadAndCompile(new Uint8Array(await bytesAt(address)), { accelerator: 'wasm' });
    const shape = [...model.getInputDetails()[0]!.shape];
    const elements = shape.reduce((product, edge) => product * edge, 1);
    return models.push({ model, shape, image: new Tensor(new Float32Array(elements), shape) }) - 1;
  },
  async answer(at, address, count) {
    const held = models[at]!;
    const images = new Float32Array(await bytesAt(address));
    const size = images.length / count;
    const answers: number[] = [];
    for (let i = 0; i < count; i += 1) {
      held.image.delete();
      held.image = new Tensor(images.slice(i * size, (i + 1) * size), held.shape);
      answers.push(...(await answerOf(held)));
    }
    return answers;
  },
  async time(at, often) {
    const before = performance.now();
    for (let i = 0; i < often; i += 1) await answerOf(models[at]!);
    return 1e6 * (performance.now() - before);
  },
};

/** Everything that a user waits for: the first output as an array. */
async function answerOf({ model, image }: Held): Promise<Float32Array> {
  const outputs = await model.run([image]);
  const values = Float32Array.from(outputs[0]!.toTypedArray() as Float32Array);
  for (const output of outputs) output.delete();
  return values;
}

async function bytesAt(address: string): Promise<ArrayBuffer> {
  return await (await fetch(address)).arrayBuffer();
}
