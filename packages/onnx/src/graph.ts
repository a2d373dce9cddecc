export { domainOf } from './domain.js';
export { type Element, isExact, isFoldable, roundTo, wrapTo } from './elements/element.js';
export { type ElementArray, type ElementArrayConstructor, elementArrayOf } from './elements/element-array.js';
export { codeOf, type ElementType, integerFormat, isFloat, typeOf } from './elements/element-type.js';
export { faultOf, type Kind, MOST_AXES, sameShape, showShape } from './elements/kind.js';
export { type InlineOptions, inlineFunctions } from './functions/inline-functions.js';
export {
  type AttributeParts,
  buildModel,
  type Declared,
  type FunctionParts,
  type GraphParts,
  type ModelParts,
  type NodeParts,
  type TensorParts,
} from './graph/build-model.js';
export { createGraph, type Graph, type GraphHooks } from './graph/graph.js';
export { type GraphNames, namesOf } from './graph/graph-names.js';
export { graphsOf } from './graph/graphs-of.js';
export { type HoistedModel, hoistTensors, renameInputs } from './graph/hoist-tensors.js';
export { oneLine, placeOf } from './graph/place.js';
export { type ModelInput, readModel, type SourceModel, sourceOf } from './graph/read-model.js';
export type { Size } from './graph/value-info.js';
export { type NamedOutput, neededNodes, writeGraph } from './graph/write-graph.js';
export { viewMessages } from './messages/codec.js';
export { tensorOf } from './messages/tensors.js';
export { codesOf, type Int8Tensor, type ScaleLayout, scalesOf, valuesOf } from './quantising/int8.js';
export type { WeightUse } from './roles/assign.js';
export { findRoles, type TensorRole } from './roles/find-roles.js';
export { isKernel, isParameter, type WeightRole } from './roles/table/role.js';
export { inferKinds } from './shapes/infer.js';
export { rangeCount } from './shapes/range.js';
export type { ShapeRule } from './shapes/rule.js';
export { spans, type Windows, windowAttributes, windowsOf } from './shapes/windows.js';
export {
  type Attribute,
  type Attributes,
  type FloatAttribute,
  type FloatsAttribute,
  float,
  listAt,
  numberAt,
  readAttributes,
  textAt,
  textsAt,
  writeAttribute,
} from './values/attributes.js';
export { frontAxis, tryBroadcast } from './values/broadcast.js';
export { dimensionsOf, type Equation, parseEquation, showEquation } from './values/equation.js';
export type { Constant, GraphNode, Value } from './values/value.js';
