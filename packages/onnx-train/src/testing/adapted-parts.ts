import { type AttributeProto, decodeModel, tensorToFloat32 } from '@synaprune/onnx';
import { type Attribute, readAttributes, typeOf } from '@synaprune/onnx/graph';
import { randomTensor, type TestModel, type TestNode, type TestTensor } from './models.js';

/**
 * A model from its bytes in the form that checks of gradients look into, with random numbers in place of zeros where
 * tensors are named in `filled`.
 */
export function partsOf(bytes: Uint8Array, filled: readonly string[]): TestModel {
  const { graph, opsetImport } = decodeModel(bytes);
  const tensors = graph!.initializer.map((tensor): [string, TestTensor] => {
    const shape = tensor.dims.map(Number);
    if (filled.includes(tensor.name)) return [tensor.name, randomTensor(shape, tensor.name.length)];
    return [tensor.name, { shape, data: [...tensorToFloat32(tensor)], type: typeOf(tensor.dataType)! }];
  });
  const nodes = graph!.node.map(
    ({ opType, domain, input, output, attribute }): TestNode => [
      domain === '' ? opType : `${domain}::${opType}`,
      input,
      output,
      attributesOf(attribute),
    ],
  );
  return {
    tensors: Object.fromEntries(tensors),
    nodes,
    outputs: graph!.output.map(({ name }) => name),
    opset: Number(opsetImport[0]!.version),
  };
}

function attributesOf(attributes: readonly AttributeProto[]): Record<string, Attribute> {
  return readAttributes(attributes);
}
