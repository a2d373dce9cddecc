import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { graphArtifacts, placeholder, type ShortConstant, type ShortNode } from './graph-artifacts.js';
import { type Builder, float, list, matrix, picture, sequence, type Value } from './graph-steps.js';
import { any } from './graph-steps-any.js';
import { createDice } from './random-layers.js';

/** A graph model of random operators, the same for the same seed. */
export function randomGraphModel(seed: number): TfjsArtifacts & { readonly inputShape: readonly number[] } {
  const dice = createDice(seed);
  const nodes: ShortNode[] = [];
  const constants: Record<string, ShortConstant> = {};
  const to: Builder = {
    dice,
    node(op, inputs, shape, attributes = {}) {
      const name = `${op}_${nodes.length}`;
      nodes.push([name, op, inputs.map((input) => input.name), attributes]);
      return { name, shape };
    },
    output: ({ name }, number, shape) => ({ name: `${name}:${number}`, shape }),
    weight(...shape) {
      const name = `weight_${Object.keys(constants).length}`;
      const elements = shape.reduce((product, edge) => product * edge, 1);
      const next = () => 0.05 + dice(1000) / 2500;
      const sign = () => (shape.length > 1 && dice(2) === 0 ? -1 : 1);
      constants[name] = { shape, data: Array.from({ length: elements }, () => sign() * next()) };
      return { name, shape };
    },
    numbers(shape, data) {
      const name = `numbers_${Object.keys(constants).length}`;
      constants[name] = { shape, data, ints: true };
      return { name, shape };
    },
  };
  const inputShape = [1, 6, 6, 2];
  nodes.push(placeholder('x', ...inputShape));
  const values: Value[] = [{ name: 'x', shape: inputShape }];
  for (let step = 0; step < 6 + dice(8); step += 1) {
    const x = dice(5) === 0 ? values[dice(values.length)]! : values.at(-1)!;
    const own = { 4: picture, 3: [sequence], 2: matrix }[x.shape.length] ?? [];
    const steps = dice(3) === 0 || own.length === 0 ? any : own;
    const made = steps[dice(steps.length)]!(to, x, values);
    if (made !== undefined && made.shape.reduce((a, b) => a * b, 1) < 20_000) values.push(made);
  }
  const last = values.at(-1)!;
  const elements = last.shape.reduce((product, edge) => product * edge, 1);
  const flat = to.node('Reshape', [last, list(to, 1, elements)], [1, elements], float);
  const y = to.node('MatMul', [flat, to.weight(elements, 2)], [1, 2], float);
  const signature = { inputs: { x: { name: 'x:0' } }, outputs: { y: { name: `${y.name}:0` } } };
  return { ...graphArtifacts(nodes, constants, {}), ...{ signature }, inputShape };
}
