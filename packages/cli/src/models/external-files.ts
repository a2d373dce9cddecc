import { lstat, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import {
  type AttributeProto,
  decodeModel,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from '@synaprune/onnx';

/** Files beside a model that it keeps weights in. */
export interface ExternalFiles {
  /** By the names that the model has for them. */
  readonly data: Readonly<Record<string, Uint8Array>>;
  readonly paths: readonly string[];
  readonly bytes: number;
}

/** Most bytes of a model with its data: what the format allows one file, and runtimes take. */
const LARGEST = 2 ** 31 - 1;

/**
 * Reads the files that a model names: plain files inside its folder.
 *
 * @throws PruneError `external-data` when one is missing or out of bounds, or all are more than 2 GiB
 */
export async function readExternalFiles(path: string, bytes: Uint8Array): Promise<ExternalFiles> {
  const names = [...externalNames(bytes)];
  const paths: string[] = [];
  let size = bytes.length;
  for (const name of names) {
    const refuse = (why: string) =>
      new PruneError('external-data', `the model keeps weights in ${quote(name, 500)}, which ${why}`);
    const parts = name.replace(/^\.\//, '').split(/[\\/]/);
    if (parts.some((part) => part === '' || part === '..' || part.includes(':'))) {
      throw refuse('would lie outside of its folder');
    }
    let found: Awaited<ReturnType<typeof lstat>> | undefined;
    // One after the other, so that nothing is found behind a link.
    for (let depth = 1; depth <= parts.length; depth += 1) {
      found = await lstat(join(dirname(path), ...parts.slice(0, depth))).catch(() => undefined);
      if (found === undefined) throw refuse(`is not beside ${quote(path, 500)}`);
      if (found.isSymbolicLink()) throw refuse('is a symbolic link, or lies behind one');
    }
    if (found?.isFile() !== true) throw refuse('is no plain file');
    size += Number(found.size);
    paths.push(join(dirname(path), ...parts));
  }
  if (size > LARGEST) {
    throw new PruneError(
      'external-data',
      `${quote(path, 500)} and its data have ${size} bytes, and ${LARGEST} is the most that is read whole; ` +
        'pruneOnnxFile of @synaprune/onnx/node prunes files of any size',
    );
  }
  const contents = await Promise.all(paths.map((each) => readFile(each)));
  return { data: Object.fromEntries(names.map((name, i) => [name, contents[i]!])), paths, bytes: size };
}

/** The locations that tensors of a model name, wherever they are. */
function externalNames(bytes: Uint8Array): Set<string> {
  const names = new Set<string>();
  const takeTensor = (tensor: TensorProto | undefined): void => {
    if (tensor?.dataLocation !== 1) return;
    const location = tensor.externalData.find(({ key }) => key === 'location')?.value;
    if (location !== undefined) names.add(location);
  };
  const takeAttribute = ({ t, g, tensors, graphs, sparseTensor }: AttributeProto): void => {
    for (const tensor of [t, ...tensors, sparseTensor?.values, sparseTensor?.indices]) takeTensor(tensor);
    for (const graph of [g, ...graphs]) takeGraph(graph);
  };
  const takeNodes = (nodes: readonly NodeProto[]): void => {
    for (const { attribute } of nodes) attribute.forEach(takeAttribute);
  };
  const takeGraph = (graph: GraphProto | undefined): void => {
    for (const tensor of graph?.initializer ?? []) takeTensor(tensor);
    for (const { values, indices } of graph?.sparseInitializer ?? []) [values, indices].forEach(takeTensor);
    takeNodes(graph?.node ?? []);
  };
  const model = decodeModel(bytes);
  takeGraph(model.graph);
  for (const { node } of model.functions) takeNodes(node);
  return names;
}
