import { buildModel, type ModelParts, type NodeParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { failure, linear, options, refused } from '../testing/linear-step.js';
import { randomTensor } from '../testing/models.js';
import { buildTrainingStep } from './build-training-step.js';

describe('what cannot be trained is told before anything runs', () => {
  const through = (nodes: readonly NodeParts[], more: Partial<ModelParts> = {}) =>
    failure(() => buildTrainingStep(buildModel({ ...linear, ...more, nodes }), options));

  it('an operator that is not known, by node and operator', () => {
    const error = through([
      ['Gemm', ['x', 'w', 'b'], ['z']],
      ['SequenceConstruct', ['z'], ['y']],
    ]);
    expect([error.code, error.message]).toEqual([
      'unsupported-operator',
      'node "sequenceconstruct1" (SequenceConstruct): SequenceConstruct has no place in a training step; export without sequences and optional values, as tensors, or give it a rule of your own: rules: { "SequenceConstruct": { shapes, gradient } }',
    ]);
  });

  it('an operator without a gradient, by node and operator', () => {
    const error = through([
      ['Gemm', ['x', 'w', 'b'], ['z']],
      ['EyeLike', ['z'], ['y']],
    ]);
    expect([error.code, error.message]).toEqual([
      'unsupported-operator',
      'node "eyelike1" (EyeLike): EyeLike has no gradient rule; rules: { "EyeLike": { gradient } } can give one, or leave out of trainable what leads through it',
    ]);
  });

  it('and what would do instead of what it draws', () => {
    const error = through([
      ['Gemm', ['x', 'w', 'b'], ['z']],
      ['RandomNormalLike', ['z'], ['y']],
    ]);
    expect(error.message).toContain(
      'RandomNormalLike has no gradient rule; make the random numbers an input of the model, or rules: {',
    );
  });

  it('but not one that leads to no weight, nor an output that the loss is not of', () => {
    const nodes: readonly NodeParts[] = [
      ['EyeLike', ['x'], ['p']],
      ['Add', ['x', 'p'], ['a']],
      ['Gemm', ['a', 'w', 'b'], ['y']],
      ['NonMaxSuppression', ['y', 'y'], ['boxes']],
    ];
    const step = buildTrainingStep(buildModel({ ...linear, nodes, outputs: ['y', 'boxes'] }), options);
    expect(step.outputs.map(({ modelName }) => modelName)).toEqual(['y']);
  });

  it('dimensions that are open, wrong, or of no input', () => {
    const build = (inputs: Record<string, number[]>) =>
      refused(() => buildTrainingStep(buildModel(linear), { ...options, inputs }));
    expect(build({})).toBe(
      'buildTrainingStep needs all dimensions of input "x", as inputs: { "x": […] }; it is declared with [?, 3]',
    );
    expect(build({ x: [4, 5] })).toBe(
      'buildTrainingStep: input "x" is declared with [?, 3], got the shape [4, 5] in inputs',
    );
    expect(build({ z: [1] })).toBe('buildTrainingStep: the model has no input "z" for inputs; it has "x"');
  });

  it('shapes that do not fit, by node', () => {
    const error = through([
      ['MatMul', ['x', 'w'], ['z']],
      ['Add', ['z', 'x'], ['y']],
    ]);
    expect([error.code, error.message]).toEqual([
      'bad-model',
      'node "add1" (Add): Add of float32[4, 2], float32[4, 3]: [4, 2] and [4, 3] do not broadcast',
    ]);
  });

  it.each(['Add', 'Mul', 'Pow', 'Mod'])('%s with one of its operands missing', (op) => {
    const error = through([
      ['MatMul', ['x', 'w'], ['z']],
      [op, ['z'], ['y']],
    ]);
    expect([error.code, error.message]).toEqual(['bad-model', expect.stringContaining(`(${op})`)]);
  });

  it('cycles, names computed twice, and names that nothing computes', () => {
    expect(
      through([
        ['Add', ['y', 'z'], ['z']],
        ['MatMul', ['x', 'w'], ['q']],
        ['Add', ['z', 'q'], ['y']],
      ]).message,
    ).toMatch(/depends on its own output/);
    expect(
      through([
        ['MatMul', ['x', 'w'], ['y']],
        ['Neg', ['x'], ['y']],
      ]).message,
    ).toMatch(/"y" is computed twice/);
    expect(
      through([
        ['MatMul', ['x', 'w'], ['y']],
        ['Relu', ['y'], ['x']],
      ]).message,
    ).toMatch(/"x" is computed twice/);
    expect(through([['MatMul', ['x', 'nowhere'], ['y']]]).message).toBe('nothing computes "nowhere"');
  });

  it('a model without weights, and bytes that are none', () => {
    expect(through([['Relu', ['x'], ['y']]]).code).toBe('no-weights');
    expect(failure(() => buildTrainingStep(Uint8Array.of(1, 2, 3), options)).code).toBe('bad-model');
  });

  it('selectors that match nothing, or what the loss does not depend on', () => {
    const build = (trainable: string[]) =>
      failure(() =>
        buildTrainingStep(
          buildModel({
            ...linear,
            tensors: { ...linear.tensors, z: randomTensor([2], 3) },
            nodes: [...linear.nodes, ['Add', ['y', 'z'], ['unread']]],
          }),
          { ...options, trainable },
        ),
      );
    expect(build(['nothing']).code).toBe('unmatched-selector');
    expect(build(['w', 'z']).message).toBe('the loss does not depend on "z", only on "w"');
  });
});
