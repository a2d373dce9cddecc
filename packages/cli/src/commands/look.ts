import { channelGroups, type ListedGroups } from '@synaprune/onnx-shrink';
import { modelInputs } from '@synaprune/onnxruntime';
import { encodeTfjs, tfjsChannelGroups } from '@synaprune/tfjs-files';
import pc from 'picocolors';
import type { SharedOptions } from '../flags/shared-options.js';
import { compressedSizes } from '../models/compressed-sizes.js';
import { isTflite, type ModelFile, openModel } from '../models/open-model.js';
import { weightsOf, zerosOf } from '../models/weights-of.js';
import { countText, percentText, shapeText, sizesText } from '../output/format.js';
import { heldInOwnWords } from '../output/own-words.js';
import { tableText } from '../output/table.js';
import { columnsOf } from '../output/terminal.js';
import { lookIntoTflite } from './look-tflite.js';
import { type Outcome, printOutcome } from './outcome.js';
import { weightTable } from './weight-table.js';

/** Runs `synaprune look`. */
export async function runLook(path: string, { json = false }: SharedOptions): Promise<void> {
  printOutcome(await look(path), json);
}

/** Looks into a model; nothing is run or written. */
export async function look(path: string): Promise<Outcome> {
  if (isTflite(path)) return lookIntoTflite(path);
  const model = await openModel(path);
  const weights = weightsOf(model);
  const { groups, held } = groupsOf(model);
  const size = await compressedSizes(filesOf(model));
  const kernels = weights.filter(({ pruned }) => pruned);
  const elements = weights.reduce((sum, weight) => sum + weight.elements, 0);
  const { prunable, zeros } = zerosOf(weights);
  const inputs = model.format === 'onnx' ? modelInputs(model.bytes) : [];
  const listed = groups.map(({ name, kind, channels, members }) => ({
    name,
    kind,
    channels,
    tensors: [...new Set(members.map(({ tensor }) => tensor))],
  }));
  const json = {
    model: path,
    format: model.format,
    size,
    inputs: inputs.map(({ name, dims, names, type }) => ({
      name,
      type,
      shape: dims?.map((length, axis) => length ?? names[axis] ?? null) ?? null,
    })),
    elements,
    prunable,
    zeros,
    weights,
    groups: listed,
    held,
    notices: [],
  };
  const facts = [
    `${pc.bold(path)}: ${sizesText(size)}`,
    ...json.inputs.map(
      ({ name, type, shape }) =>
        `takes ${name}: ${type} ${shape === null ? 'of any shape' : shapeText(shape)}`,
    ),
    `${countText(elements)} numbers in ${countText(weights.length)} tensors; ${countText(prunable)} in the ${countText(kernels.length)} ` +
      `kernels that can be pruned, ${percentText(prunable === 0 ? 0 : zeros / prunable)} of them zero`,
  ];
  const text = [
    facts.join('\n'),
    weightTable(weights),
    groupTable(listed),
    held.length === 0
      ? ''
      : tableText(
          ['stays', 'channels', 'held by'],
          held.map((each) => [each.name, countText(each.channels), each.heldBy]),
          { left: [0, 2], columns: columnsOf(process.stdout) },
        ),
  ];
  return { json, text: `\n${text.filter((part) => part !== '').join('\n\n')}\n`, notices: [] };
}

function groupsOf(model: ModelFile): ListedGroups {
  const { groups, held } =
    model.format === 'onnx' ? channelGroups(model.bytes) : tfjsChannelGroups(model.artifacts);
  return { groups, held: heldInOwnWords(held) };
}

/** The files of a model, as they are sent. */
export function filesOf(model: ModelFile): Uint8Array[] {
  if (model.format === 'onnx') return [model.bytes];
  const { modelJson, shards } = encodeTfjs(model.artifacts);
  return [new TextEncoder().encode(modelJson), ...Object.values(shards)];
}

function groupTable(
  groups: readonly {
    readonly name: string;
    readonly kind: string;
    readonly channels: number;
    readonly tensors: readonly string[];
  }[],
): string {
  if (groups.length === 0) return 'No channels can be removed.';
  return tableText(
    ['can be removed', 'kind', 'channels', 'with tensors'],
    groups.map(({ name, kind, channels, tensors }) => [
      name,
      kind,
      countText(channels),
      countText(tensors.length),
    ]),
    { left: [0, 1] },
  );
}
