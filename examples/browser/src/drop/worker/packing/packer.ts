import { pack } from '@synaprune/sparse';

/** What a packer is given: the bytes of an `.onnx` file, or artifacts of TensorFlow.js. */
export type Packable = Parameters<typeof pack>[0];

/** What it answers. */
export type Packing = { readonly bytes: Uint8Array<ArrayBuffer> } | { readonly error: string };

addEventListener('message', async ({ data }: MessageEvent<Packable>) => {
  try {
    const { bytes } = await pack(data);
    self.postMessage({ bytes } as Packing, { transfer: [bytes.buffer as ArrayBuffer] });
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? error.message : String(error) } satisfies Packing);
  }
});
