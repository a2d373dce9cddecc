import { decodeModel, embedExternalData, type GraphProto, type TensorProto } from '@synaprune/onnx';
import type { GivenFile } from '../../protocol';
import { onnxFormat } from '../formats/onnx-format';
import { type AnyModel, anyModel } from './any-model';
import { baseName, readFile } from './read-file';
import { RefusedError } from './refused';

/**
 * An ONNX model, with the files that it keeps weights in put into it.
 *
 * @throws RefusedError
 */
export async function openOnnxFiles(
  model: GivenFile,
  others: readonly GivenFile[],
  lines = false,
): Promise<AnyModel> {
  const bytes = await readFile(model);
  const names = externalNames(model.path, bytes);
  const name = baseName(model.path).replace(/\.onnx$/i, '');
  if (names.length === 0) return anyModel(onnxFormat, bytes, name, lines);
  const found = names.map((wanted) => [wanted, fileNamed(others, wanted)] as const);
  const missing = found.flatMap(([wanted, file]) => (file === undefined ? [`“${wanted}”`] : []));
  if (missing.length > 0) {
    throw new RefusedError(
      `“${model.path}” keeps weights in ${missing.join(', ')}, beside it. Drop both together.`,
    );
  }
  const data = await Promise.all(
    found.map(async ([wanted, file]) => [wanted, await readFile(file!)] as const),
  );
  return anyModel(onnxFormat, embedExternalData(bytes, Object.fromEntries(data)), name);
}

/** The file that a model means: of that path, or else of that name. */
export function fileNamed(files: readonly GivenFile[], wanted: string): GivenFile | undefined {
  const path = wanted.replace(/^\.\//, '');
  return (
    files.find((file) => file.path === path || file.path.endsWith(`/${path}`)) ??
    files.find((file) => baseName(file.path) === baseName(path))
  );
}

/** Locations that tensors of the model name. */
function externalNames(path: string, bytes: Uint8Array): string[] {
  const names = new Set<string>();
  const takeTensor = (tensor: TensorProto | undefined): void => {
    const location = tensor?.externalData.find(({ key }) => key === 'location')?.value;
    if (tensor?.dataLocation === 1 && location !== undefined) names.add(location);
  };
  const takeGraph = (graph: GraphProto): void => {
    graph.initializer.forEach(takeTensor);
    for (const { attribute } of graph.node) {
      for (const { t, g, graphs } of attribute) {
        takeTensor(t);
        for (const inner of [...(g === undefined ? [] : [g]), ...graphs]) takeGraph(inner);
      }
    }
  };
  const graph = graphOf(path, bytes);
  takeGraph(graph);
  return [...names];
}

function graphOf(path: string, bytes: Uint8Array): GraphProto {
  let cause: unknown;
  try {
    const { graph } = decodeModel(bytes);
    if (graph !== undefined) return graph;
  } catch (error) {
    cause = error;
  }
  const why =
    bytes.length === 0
      ? 'is empty: export or download it again, and drop that'
      : bytes[0] === 0x08
        ? 'begins like an ONNX model and is broken further on: it was most likely cut off while it was downloaded or copied. Get it again from where it came, and drop that'
        : startsLike(bytes, 'version https://git-lfs')
          ? 'is only the pointer of Git LFS to a model: fetch the model itself with git lfs pull, and drop that'
          : startsLike(bytes, '<')
            ? 'is a web page: the download of the model gave the page about it. Download the file itself, and drop that'
            : 'is no ONNX model, whatever its name says. Export the model as ONNX, and drop that';
  throw new RefusedError(`“${path}” ${why}.`, { cause });
}

const startsLike = (bytes: Uint8Array, start: string): boolean =>
  new TextDecoder().decode(bytes.subarray(0, start.length)) === start;
