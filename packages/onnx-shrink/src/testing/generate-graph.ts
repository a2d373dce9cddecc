import { buildModel } from '@synaprune/onnx/graph';
import { arrangements } from './generate/blocks/arrangement.js';
import { attentionBlocks } from './generate/blocks/attention.js';
import type { Block } from './generate/blocks/block.js';
import { convolutions } from './generate/blocks/convolution.js';
import { mixing } from './generate/blocks/mixing.js';
import { otherBlocks } from './generate/blocks/other.js';
import { passageBlocks } from './generate/blocks/passage.js';
import { pointwise } from './generate/blocks/pointwise.js';
import { recurrences } from './generate/blocks/recurrent.js';
import { sequenceBlocks } from './generate/blocks/sequence.js';
import { vectorBlocks } from './generate/blocks/vector.js';
import { liveOnly, namesRead, withValueInfo } from './generate/finish.js';
import { layer } from './generate/kernels.js';
import { createProgram, type GeneratedInput, type Program, type Value } from './generate/program.js';
import { createRandom } from './generate/random.js';

export type { GeneratedInput } from './generate/program.js';

const blocks: readonly Block[] = [
  ...convolutions,
  ...pointwise,
  ...arrangements,
  ...mixing,
  ...sequenceBlocks,
  ...vectorBlocks,
  ...passageBlocks,
  ...attentionBlocks,
  ...recurrences,
  ...otherBlocks,
];

/** The kinds of blocks that a generated graph may have. Names of values begin with one and a point. */
export const blockLabels: readonly string[] = [...new Set(blocks.map(({ label }) => label))];

/** A model that was made up. */
export interface GeneratedGraph {
  readonly model: Uint8Array;
  readonly inputs: readonly GeneratedInput[];
  /** The kind of block of every step that came to something, in order. */
  readonly steps: readonly string[];
  /** Every value that a step gave, with the shape it is expected to have. */
  readonly values: readonly Value[];
}

/** How to make a graph smaller that a test fails for. */
export interface GenerateOptions {
  /** Only the first so many steps. */
  readonly steps?: number;
  /** Steps to leave out. The others draw as they did. */
  readonly without?: readonly number[];
  /** The kind of block that every other step takes, where it fits; another for every seed unless told. */
  readonly prefer?: string;
}

/** A random model: the same one for the same seed. It loads and runs, and all its values stay in size. */
export function generateGraph(seed: number, options: GenerateOptions = {}): GeneratedGraph {
  const { prefer = blockLabels[seed % blockLabels.length]! } = options;
  const draw = createRandom(seed, 1);
  const preferred = blocks.find(({ label }) => label === prefer) ?? blocks[0]!;
  const p = createProgram(seed, preferred.opset ?? draw.pick([13, 17, 21]));
  const pool: Value[] = [];
  const values: Value[] = [];
  const steps: string[] = [];
  const keep = (made: Value | readonly Value[]) => {
    const list = 'name' in made ? [made] : made;
    pool.push(...list);
    values.push(...list);
  };
  for (const start of draw.shuffled(starts).slice(0, draw.pick([1, 1, 2]))) keep(start(p));
  const wanted = draw.between(1, 6);
  for (let step = 0; step < Math.min(wanted, options.steps ?? wanted); step += 1) {
    p.random = createRandom(seed, 2, step);
    if (options.without?.includes(step)) continue;
    const welcome = pool.filter((value) => preferred.fits(value, pool, p));
    const asked = welcome.length > 0 && p.random.chance(0.5);
    const there = asked ? welcome.at(-1)! : p.random.chance(0.7) ? pool.at(-1)! : p.random.pick(pool);
    p.label = 'between';
    // Channels that nothing holds yet, for blocks that go on with those they get.
    const x = p.random.chance(0.4) ? layer(p, there, p.random.between(2, 10)) : there;
    const fitting = blocks.filter((block) => block.fits(x, pool, p));
    const block = asked && fitting.includes(preferred) ? preferred : p.random.pick(fitting);
    p.label = block.label;
    keep(block.append(p, x, pool));
    steps.push(block.label);
  }
  p.random = createRandom(seed, 3);
  p.label = 'output';
  const whole = p.model([]);
  const read = namesRead(whole.nodes ?? []);
  const ends = pool.slice(0, -1).filter(({ name }) => !read.has(name));
  const last = [pool.at(-1)!, ...p.random.shuffled(ends).slice(0, 2)];
  // Mostly behind what mixes all channels, so that they need not stay for whoever reads the output.
  const outputs = last.map((value) =>
    p.random.chance(0.85)
      ? layer(p, value, p.random.between(2, 4)).name
      : p.node('Identity', [value.name])[0]!,
  );
  const parts = p.model(outputs);
  const model = buildModel(p.random.chance(0.9) ? liveOnly(parts) : parts);
  return {
    model: p.random.chance(0.5) ? withValueInfo(model, values) : model,
    inputs: p.inputs,
    steps,
    values,
  };
}

/** Inputs of every layout, some of whose sizes the file leaves open. */
const starts: readonly ((p: Program) => Value)[] = [
  (p) =>
    source(
      p,
      [p.random.between(1, 2), p.random.between(1, 4), p.random.between(4, 7), p.random.between(4, 7)],
      1,
      ['batch', '', 'height', 'width'],
    ),
  (p) =>
    source(p, [p.random.between(1, 2), p.random.between(1, 4), p.random.between(6, 10)], 1, [
      'batch',
      '',
      'time',
    ]),
  (p) =>
    source(p, [p.random.between(1, 2), p.random.between(3, 6), p.random.between(2, 8)], 2, [
      'batch',
      'time',
      '',
    ]),
  (p) => source(p, [p.random.between(1, 3), p.random.between(3, 8)], 1, ['batch', '']),
];

function source(p: Program, shape: readonly number[], channels: number, names: readonly string[]): Value {
  const batchOpen = p.random.chance(0.3);
  const restOpen = p.random.chance(0.2);
  const open = names.map((name, axis) => name !== '' && (axis === 0 ? batchOpen : restOpen));
  // A name of its own: two inputs need not be of one length.
  const declared = shape.map((edge, axis) => (open[axis] ? `${names[axis]}${p.inputs.length}` : edge));
  const name = p.input({ shape: declared }, { type: 'float32', shape });
  return { name, shape, open, channels };
}
