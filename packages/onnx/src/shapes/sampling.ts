import { type ElementType, typeOf } from '../elements/element-type.js';
import { type Attributes, listAt, numberAt } from '../values/attributes.js';
import { numbersKnown } from './layout.js';
import type { ShapeRule } from './rule.js';

/** The type that an attribute names by its number. */
function typeAt(attributes: Attributes, name: string, otherwise: ElementType): ElementType {
  const code = numberAt(attributes, name, 0);
  const type = code === 0 ? otherwise : typeOf(code);
  if (type === undefined) throw new RangeError(`type number ${code} is not known`);
  return type;
}

const drawn: ShapeRule = (_inputs, attributes) => {
  const shape = listAt(attributes, 'shape');
  if (shape === undefined) throw new RangeError('its shape is missing');
  return [{ type: typeAt(attributes, 'dtype', 'float32'), shape }];
};

const like: ShapeRule = ([x], attributes) => [
  { type: typeAt(attributes, 'dtype', x!.type), shape: x!.shape },
];

const eye: ShapeRule = (inputs, attributes, count) => {
  if (inputs[0]!.shape.length !== 2) throw new RangeError('it needs two axes');
  return like(inputs, attributes, count);
};

const multinomial: ShapeRule = ([x], attributes) => {
  if (x!.shape.length !== 2) throw new RangeError('it needs two axes');
  const samples = numberAt(attributes, 'sample_size', 1);
  return [{ type: typeAt(attributes, 'dtype', 'int32'), shape: [x!.shape[0]!, samples] }];
};

const window: ShapeRule = ([size], attributes) => [
  { type: typeAt(attributes, 'output_datatype', 'float32'), shape: [numbersKnown(size, 'size')[0]!] },
];

const mel: ShapeRule = ([bins, length], attributes) => {
  const spectrum = Math.floor(numbersKnown(length, 'length of the transform')[0]! / 2) + 1;
  const shape = [spectrum, numbersKnown(bins, 'number of bins')[0]!];
  return [{ type: typeAt(attributes, 'output_datatype', 'float32'), shape }];
};

/** Operators that make numbers of none, or of a shape: random ones, windows of signals, an identity. */
export const samplingShapes: Readonly<Record<string, ShapeRule>> = {
  RandomNormal: drawn,
  RandomUniform: drawn,
  RandomNormalLike: like,
  RandomUniformLike: like,
  Bernoulli: like,
  Multinomial: multinomial,
  EyeLike: eye,
  BlackmanWindow: window,
  HammingWindow: window,
  HannWindow: window,
  MelWeightMatrix: mel,
};
