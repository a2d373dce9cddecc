import { create } from '@bufbuild/protobuf';
import {
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { codeOf, type ElementType } from '../elements/element-type.js';

/** IR version 8 takes any version of the standard operators, and runtimes since 2022 take IR version 8. */
export const IR_VERSION = 8n;

/** A size of a declared shape: a number, or a name for what is left open, such as `'batch'`. */
export type Size = number | string;

/** What a file says of an input or output: a type and, unless any will do, a shape. */
export function valueInfo(
  name: string,
  { type, shape }: { readonly type: ElementType; readonly shape?: readonly Size[] | undefined },
): ValueInfoProto {
  const dim = shape?.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value:
        typeof size === 'string'
          ? { case: 'dimParam', value: size }
          : { case: 'dimValue', value: BigInt(size) },
    }),
  );
  const tensor = create(TypeProto_TensorSchema, {
    elemType: codeOf(type),
    ...(dim === undefined ? {} : { shape: create(TensorShapeProtoSchema, { dim }) }),
  });
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }),
  });
}
