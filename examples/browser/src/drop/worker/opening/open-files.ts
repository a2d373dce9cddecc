import { decodeModel } from '@synaprune/onnx';
import { inTerminal } from '../../command-line';
import type { GivenFile } from '../../protocol';
import type { AnyModel } from './any-model';
import { openOnnxFiles } from './onnx-files';
import { unpackFiles } from './packed-files';
import { RefusedError } from './refused';
import { openTfjsFiles } from './tfjs-files';

/** The most bytes of a model with its data. */
export const MOST_BYTES = 256e6;

/** What other files are, by their endings, and what to do with them. */
const OTHERS: Readonly<Record<string, string>> = {
  tflite: `This page takes no .tflite files; the command line does: ${inTerminal('look model.tflite')}, and prune.`,
  pt: 'This is a file of PyTorch. Write an .onnx file with torch.onnx.export, and drop that.',
  pth: 'This is a file of PyTorch. Write an .onnx file with torch.onnx.export, and drop that.',
  safetensors:
    'These are weights without a model. Export the model to ONNX (Optimum does it), and drop that.',
  gguf: 'This page takes no .gguf files. It takes .onnx files and models of TensorFlow.js.',
  h5: 'This is a model of Keras. Convert it with tensorflowjs_converter or tf2onnx, and drop what comes out.',
  keras:
    'This is a model of Keras. Convert it with tensorflowjs_converter or tf2onnx, and drop what comes out.',
  pb: 'This is a model of TensorFlow. Convert it with tensorflowjs_converter or tf2onnx, and drop what comes out.',
  zip: 'This is an archive. Unpack it, and drop the files in it.',
  ort: 'This is a file of ONNX Runtime’s own format. Drop the .onnx file that it was made of.',
};

const TAKES =
  'This page takes an .onnx file, with the files beside it that it keeps weights in, the model.json of TensorFlow.js together with its .bin files, or one of these packed, a .synp file.';

/**
 * A model out of the files that were dropped together.
 *
 * @param lines whether it reads lines of text, as the model that comes with the page
 * @throws RefusedError in whole sentences
 */
export async function openFiles(files: readonly GivenFile[], lines = false): Promise<AnyModel> {
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  if (bytes > MOST_BYTES) {
    throw new RefusedError(
      `These files have ${Math.round(bytes / 1e6).toLocaleString('en-US')}\u00a0MB, and this page takes ${MOST_BYTES / 1e6}\u00a0MB at most: it holds a model some six times, as it was and as it becomes, and browsers give a page a few gigabytes. The command line takes larger ones: ${inTerminal('shrink model.onnx')}.`,
    );
  }
  const ending = (wanted: string) => files.filter(({ path }) => path.toLowerCase().endsWith(wanted));
  const [onnx, json] = [ending('.onnx'), ending('.json')];
  if (onnx.length > 1) {
    throw new RefusedError(`Drop one model at a time; these are ${onnx.length}: ${namesOf(onnx)}.`);
  }
  if (onnx.length === 1) {
    return openOnnxFiles(
      onnx[0]!,
      files.filter((file) => file !== onnx[0]),
      lines,
    );
  }
  if (json.length > 0)
    return openTfjsFiles(
      json,
      files.filter((file) => !json.includes(file)),
    );
  const packed = ending('.synp');
  if (packed.length > 1) throw new RefusedError(`Drop one model at a time; these are ${namesOf(packed)}.`);
  if (packed.length === 1) return openFiles(await unpackFiles(packed[0]!, MOST_BYTES));
  if (files.length === 0) throw new RefusedError(`Nothing was dropped that is a file. ${TAKES}`);
  if (ending('.bin').length > 0) {
    throw new RefusedError(
      `${namesOf(files)}: these are weights without their model. Drop the model.json together with them.`,
    );
  }
  for (const { path } of files) {
    const told = OTHERS[path.split('.').at(-1)!.toLowerCase()];
    if (told !== undefined) throw new RefusedError(told);
  }
  const [only] = files;
  if (files.length === 1 && (await isOnnx(only!))) return openOnnxFiles(only!, []);
  throw new RefusedError(`${namesOf(files)}: no model is in it. ${TAKES}`);
}

async function isOnnx({ file }: GivenFile): Promise<boolean> {
  try {
    return decodeModel(new Uint8Array(await file.arrayBuffer())).graph !== undefined;
  } catch {
    return false;
  }
}

/** Some of the names of files. */
function namesOf(files: readonly GivenFile[]): string {
  const names = files.slice(0, 3).map(({ path }) => `“${path}”`);
  return files.length > 3 ? `${names.join(', ')} and ${files.length - 3} more` : names.join(', ');
}
