import { randomTensor, type TestModel, type TestNode, type TestTensor } from './models.js';

/** One node of ONNX Runtime's own, each of its inputs a tensor by its place. */
export function modelOf(
  op: string,
  inputs: readonly (TestTensor | undefined)[],
  attributes: TestNode[3] = {},
  outputs: readonly string[] = ['y'],
): TestModel {
  const names = inputs.map((input, at) => (input === undefined ? '' : `in${at}`));
  return {
    tensors: Object.fromEntries(
      inputs.flatMap((input, at) => (input === undefined ? [] : [[`in${at}`, input]])),
    ),
    nodes: [[`com.microsoft::${op}`, names, outputs, attributes]],
    outputs: outputs.filter((name) => name !== ''),
  };
}

/** Numbers of any sign. */
export const any = (...shape: number[]) => randomTensor(shape, shape.length + 1, 2);

export const int32 = (shape: readonly number[], ...data: number[]): TestTensor => ({
  type: 'int32',
  shape,
  data,
});
export const int64 = (shape: readonly number[], ...data: number[]): TestTensor => ({
  type: 'int64',
  shape,
  data,
});
