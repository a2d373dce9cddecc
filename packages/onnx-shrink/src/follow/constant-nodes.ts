import { AttributeProto_AttributeType, type NodeProto, type TensorProto } from '@synaprune/onnx';
import { tensorOf } from '@synaprune/onnx/graph';

/**
 * The tensor of a `Constant`, or undefined where it holds text or leaves zeros out. Numbers that it holds in other forms
 * become a tensor, as those cannot be cut.
 */
export function constantOf(node: NodeProto): TensorProto | undefined {
  const given = node.attribute.find(({ name }) => name === 'value')?.t;
  if (given !== undefined) return given;
  const [attribute] = node.attribute;
  const { FLOAT, FLOATS, INT, INTS } = AttributeProto_AttributeType;
  switch (attribute?.name) {
    case 'value_int':
    case 'value_ints':
    case 'value_float':
    case 'value_floats':
      break;
    default:
      return undefined;
  }
  if (![FLOAT, FLOATS, INT, INTS].includes(attribute.type)) return undefined;
  const list = attribute.name.endsWith('s');
  const whole = attribute.name.startsWith('value_int');
  const data = whole ? (list ? attribute.ints : [attribute.i]) : list ? attribute.floats : [attribute.f];
  const type = whole ? 'int64' : 'float32';
  const tensor = tensorOf('', { type, shape: list ? [data.length] : [] }, data);
  Object.assign(attribute, { name: 'value', type: AttributeProto_AttributeType.TENSOR, t: tensor });
  return tensor;
}
