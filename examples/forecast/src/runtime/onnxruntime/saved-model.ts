import type { OnnxRuntime } from '@synaprune/onnxruntime';
import { type LossyForm, type Packed, pack, unpack } from '@synaprune/sparse';
import { forecastInParts } from '../in-parts.js';
import type { SavedFile, SavedForecaster, WindowSet } from '../runtime.js';

/** One sparse file of the `.onnx` file. */
export function packSaved([file]: readonly SavedFile[], values: 'exact' | LossyForm): Promise<Packed> {
  return pack(file!.bytes, { values });
}

/** Opens a sparse file for forecasts. */
export async function openPacked(
  ort: OnnxRuntime,
  bytes: Uint8Array,
  { length, features }: Pick<WindowSet, 'length' | 'features'>,
): Promise<SavedForecaster> {
  const session = await ort.InferenceSession.create(await unpack(bytes, { kind: 'onnx' }), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  return {
    predict: (inputs) =>
      forecastInParts(inputs, length * features, async (part, count) => {
        const window = new ort.Tensor('float32', part, [count, length, features]);
        const { forecast } = await session.run({ window });
        return forecast!.data as Float32Array;
      }),
    dispose: () => session.release(),
  };
}
