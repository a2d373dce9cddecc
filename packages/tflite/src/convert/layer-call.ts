import { quote } from '@synaprune/core/checks';
import type { Layer, StoredWeight } from '@synaprune/tfjs-files/layers';
import { badModel, unsupported } from '../format/bad-model.js';
import type { Step, Value } from './step.js';

/** A layer where it is called. */
export interface LayerCall {
  readonly layer: Layer;
  readonly label: string;
  readonly inputs: readonly Value[];
  /** The one value that it reads. */
  readonly input: Value;
  /** A name for what it gives: its own, unless another call has it. */
  readonly name: string;
  setting(name: string): unknown;
  /** The numbers of a weight of so many axes, and their shape. */
  weight(key: string, rank: number): { readonly shape: readonly number[]; readonly values: Float32Array };
  has(key: string): boolean;
  /** The name that a weight has in the model. */
  weightName(key: string): string;
}

/** What a layer becomes: one step behind the other, the last giving what it gives. */
export type LayerRule = (call: LayerCall) => readonly Step[];

/** @param floatsOf the numbers of a weight */
export function createLayerCall(
  layer: Layer,
  inputs: readonly Value[],
  name: string,
  floatsOf: (weight: StoredWeight) => Float32Array,
): LayerCall {
  const label = `the layer ${quote(layer.path.join('/') || layer.name)} (${layer.className})`;
  const [input] = inputs;
  if (input === undefined) throw badModel(`${label} reads nothing`);
  const needed = (key: string): StoredWeight => {
    const weight = layer.weights.get(key);
    if (weight === undefined) throw badModel(`${label} needs a weight ${key}, and there is none`);
    return weight;
  };
  return {
    layer,
    label,
    inputs,
    input,
    name,
    setting: (key) => (Object.hasOwn(layer.config, key) ? (layer.config[key] ?? undefined) : undefined),
    weight: (key, rank) => {
      const { shape, dtype } = needed(key);
      if (shape.length !== rank || dtype !== 'float32') {
        throw badModel(`${label} needs ${key} of ${rank} axes of float32, got [${shape.join()}] of ${dtype}`);
      }
      return { shape, values: floatsOf(needed(key)) };
    },
    has: (key) => layer.weights.has(key),
    weightName: (key) => needed(key).name,
  };
}

/** The error of a setting that `.tflite` has nothing for. */
export function cannot({ label }: LayerCall, what: string): Error {
  return unsupported(`${label} cannot be written as a .tflite: ${what}`);
}

/** A number, or two, of a setting: height and width. */
export function pairOf(call: LayerCall, name: string, otherwise: number): readonly [number, number] {
  const value = call.setting(name) ?? otherwise;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value, value];
  const [height, width] = list;
  if (list.length === 2 && isWhole(height) && isWhole(width)) return [height, width];
  throw badModel(
    `${call.label} needs ${name} to be two whole numbers from 1 on, got ${JSON.stringify(value)}`,
  );
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
}

/** Padding as the format names it. */
export function paddingOf(call: LayerCall): 'same' | 'valid' {
  const padding = call.setting('padding') ?? 'valid';
  if (padding === 'same' || padding === 'valid') return padding;
  throw cannot(call, `padding ${JSON.stringify(padding)}`);
}

/** What a layer reads, as an image with its channels last: `[1, height, width, channels]`. */
export function imageOf(call: LayerCall): readonly [number, number, number, number] {
  const format = call.setting('data_format') ?? 'channels_last';
  if (format !== 'channels_last' && format !== 'channelsLast') throw cannot(call, 'its channels come first');
  const { shape } = call.input;
  if (shape.length !== 4) throw badModel(`${call.label} needs an image, got [${shape.join()}]`);
  return shape as readonly [number, number, number, number];
}

/** How many channels a weight has to have. @throws PruneError `bad-model` */
export function requireEdge(call: LayerCall, what: string, got: number, needed: number): void {
  if (got !== needed) throw badModel(`${call.label} needs ${what} of ${needed} channels, got ${got}`);
}

/**
 * That what a layer says of its weights is so, where it says it.
 *
 * @throws PruneError `bad-model`
 */
export function requireSaid(call: LayerCall, name: string, got: number | boolean | readonly number[]): void {
  const said = call.setting(name);
  // One number for two edges.
  const needed = Array.isArray(got) && !Array.isArray(said) ? got.map(() => said) : said;
  if (said === undefined || JSON.stringify(needed) === JSON.stringify(got)) return;
  throw badModel(
    `${call.label} needs weights of ${name} ${JSON.stringify(said)}, as it says, got ${JSON.stringify(got)}`,
  );
}
