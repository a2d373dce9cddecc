import { create, decodeModel, encodeModel, OperatorSetIdProtoSchema } from '@synaprune/onnx';
import { buildModel, type ModelParts } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import { failure, linear, options } from '../testing/linear-step.js';
import { buildTrainingStep } from './build-training-step.js';

it('takes operators of the user’s own', async () => {
  const model: ModelParts = {
    ...linear,
    nodes: [
      ['Gemm', ['x', 'w', 'b'], ['z']],
      ['EyeLike', ['z'], ['y']],
    ],
  };
  expect(failure(() => buildTrainingStep(buildModel(model), options)).message).toContain(
    'EyeLike has no gradient rule; rules: { "EyeLike": { gradient } } can give one',
  );
  const step = buildTrainingStep(buildModel(model), {
    ...options,
    rules: {
      EyeLike: {
        gradient: (graph, { inputs, gradients }) => [graph.add('Mul', [gradients[0], inputs[0]])],
      },
    },
  });
  expect(decodeModel(step.model).graph!.node.some(({ opType }) => opType === 'Mul')).toBe(true);
});

it('tells of a rule for an operator that the model does not have', () => {
  const rules = { Tanhh: { gradient: () => [] }, Tanh: { gradient: () => [undefined] } };
  const model: ModelParts = {
    ...linear,
    nodes: [
      ['Gemm', ['x', 'w', 'b'], ['z']],
      ['Tanh', ['z'], ['t']],
      ['Add', ['t', 'z'], ['y']],
    ],
  };
  const step = buildTrainingStep(buildModel(model), { ...options, rules });
  expect(step.notices).toEqual([
    {
      code: 'rule-unused',
      message: 'rules has "Tanhh", and no node of the model is of such an operator; did you mean "Tanh"?',
    },
  ]);
});

it('takes operators of other domains, with shapes and gradients of the user’s own', () => {
  const message = decodeModel(
    buildModel({
      ...linear,
      nodes: [
        ['Gemm', ['x', 'w', 'b'], ['z']],
        ['Square', ['z'], ['y']],
      ],
    }),
  );
  message.graph!.node[1]!.domain = 'com.example';
  message.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: 'com.example', version: 3n }));
  const bytes = encodeModel(message);
  expect(failure(() => buildTrainingStep(bytes, options)).message).toBe(
    'node "square1" (com.example::Square): com.example::Square has no place in a training step; inline it where it is a function of the model (onnx.inliner), or give it a rule of your own: rules: { "com.example::Square": { shapes, gradient } }',
  );
  const step = buildTrainingStep(bytes, {
    ...options,
    rules: {
      'com.example::Square': {
        shapes: ([z]) => [z!],
        gradient: (graph, { inputs, gradients }) => [
          graph.add('Mul', [gradients[0], graph.add('Mul', [inputs[0], graph.scalar(2)])]),
        ],
      },
    },
  });
  const { graph, opsetImport } = decodeModel(step.model);
  expect(opsetImport.map(({ domain, version }) => [domain, version])).toEqual([
    ['', 17n],
    ['com.example', 3n],
  ]);
  expect(graph!.node.filter(({ domain }) => domain === 'com.example')).toHaveLength(1);
});
