import type { layers } from '@tensorflow/tfjs-layers';
import { isElementwise } from '../elementwise.js';
import { softmax } from './softmax.js';
import { inPlace, lengthOf, reshaped, type Stage } from './stage.js';

type Config = Readonly<Record<string, unknown>>;

/** What does nothing but in training. */
const asItIs = (): Stage[] => [];

/** Layers without weights, by the class names of tfjs; `undefined` where their settings ask for something else. */
const PLAIN: Readonly<Record<string, (config: Config) => Stage[] | undefined>> = {
  Dropout: asItIs,
  SpatialDropout1D: asItIs,
  GaussianNoise: asItIs,
  GaussianDropout: asItIs,
  AlphaDropout: asItIs,
  Activation: ({ activation }) => activationStages(String(activation)),
  ReLU: ({ maxValue }) => (maxValue == null ? activationStages('relu') : undefined),
  ELU: () => activationStages('elu'),
  Flatten: ({ dataFormat }) =>
    dataFormat === 'channelsFirst' ? undefined : [reshaped((of) => [lengthOf(of)])],
  Reshape: ({ targetShape }) => [reshaped((of) => fitted(of, targetShape as (number | null)[]))],
};

/** The stages of a layer without weights; `undefined` where there are none. */
export function plainStages(layer: layers.Layer): Stage[] | undefined {
  const kind = layer.getClassName();
  return Object.hasOwn(PLAIN, kind) ? PLAIN[kind]!(layer.getConfig()) : undefined;
}

/** What an activation of tfjs-layers does; nothing for those that are not known. */
export function activationStages(name: string): Stage[] | undefined {
  if (name === 'linear') return [];
  if (name === 'softmax') {
    return [
      inPlace((machine, at, length, of) => softmax(machine.floats(), at / 4, at / 4 + length, of.at(-1)!)),
    ];
  }
  return isElementwise(name)
    ? [inPlace((machine, at, length) => machine.activate(name, at, length))]
    : undefined;
}

/** A shape of as many numbers, of which one edge may be left open. */
function fitted(of: readonly number[], target: readonly (number | null)[]): number[] | undefined {
  const known = target.reduce<number>((size, edge) => size * (edge ?? 1), 1);
  const open = target.filter((edge) => edge === null).length;
  const length = lengthOf(of);
  if (open > 1 || known === 0 || (open === 0 ? length !== known : length % known !== 0)) return undefined;
  return target.map((edge) => edge ?? length / known);
}
