import type { TfjsArtifacts, WeightSpec } from '../artifacts/artifacts.js';

/** Nodes written short: name, operator, inputs, attributes. */
export type ShortNode = readonly [name: string, op: string, inputs?: readonly string[], attr?: object];

/** A constant: its shape and its values, int32 where they are told to be. */
export interface ShortConstant {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
  readonly ints?: boolean;
}

/** A graph model as converters write it. */
export function graphArtifacts(
  nodes: readonly ShortNode[],
  constants: Readonly<Record<string, ShortConstant>>,
  more: object = {},
): TfjsArtifacts & { readonly weightSpecs: WeightSpec[]; readonly weightData: ArrayBuffer } {
  const specs: WeightSpec[] = [];
  const parts: number[] = [];
  const made = Object.entries(constants).map(([name, { shape, data, ints = false }]) => {
    specs.push({ name, shape: [...shape], dtype: ints ? 'int32' : 'float32' });
    const values = ints ? Int32Array.from(data) : Float32Array.from(data);
    parts.push(...new Uint8Array(values.buffer));
    const type = ints ? 'DT_INT32' : 'DT_FLOAT';
    const tensorShape = { dim: shape.map((edge) => ({ size: String(edge) })) };
    return { name, op: 'Const', attr: { dtype: { type }, value: { tensor: { dtype: type, tensorShape } } } };
  });
  return {
    format: 'graph-model',
    modelTopology: {
      node: [...made, ...nodes.map(([name, op, input = [], attr = {}]) => ({ name, op, input, attr }))],
      library: {},
      versions: {},
      ...more,
    },
    weightSpecs: specs,
    weightData: Uint8Array.from(parts).buffer,
  };
}

/** Text as attributes have it. */
export const text = (value: string): { readonly s: string } => ({ s: btoa(value) });

/** Whole numbers as attributes have them. */
export const ints = (...values: readonly number[]): { readonly list: { readonly i: readonly string[] } } => ({
  list: { i: values.map(String) },
});

/** The attributes of a convolution. */
export const convolution = (more: object = {}): object => ({
  T: { type: 'DT_FLOAT' },
  strides: ints(1, 1, 1, 1),
  dilations: ints(1, 1, 1, 1),
  padding: text('SAME'),
  data_format: text('NHWC'),
  ...more,
});

/** A placeholder of float32. */
export const placeholder = (name: string, ...shape: readonly number[]): ShortNode => [
  name,
  'Placeholder',
  [],
  { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: shape.map((size) => ({ size: String(size) })) } } },
];
