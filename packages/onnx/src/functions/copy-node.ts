import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  SparseTensorProtoSchema,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';

/** What the names of a function become where it is put in. */
export interface Names {
  readonly prefix: string;
  read(name: string): string;
  write(name: string): string;
  /** One that nothing has, and that nothing reads. */
  fresh(name: string): string;
  /** What a copy of a node is called. */
  label(node: NodeProto): string;
}

type Given = ReadonlyMap<string, AttributeProto>;

/** A node of a function for one call of it, with attributes for what it refers to. */
export function copyNode(node: NodeProto, names: Names, given: Given): NodeProto {
  const { opType, domain, overload, docString, metadataProps } = node;
  const input = node.input.map(names.read);
  const attribute = node.attribute.flatMap((each) => copyAttribute(each, names, given) ?? []);
  return create(NodeProtoSchema, {
    opType,
    domain,
    overload,
    docString,
    metadataProps,
    name: names.label(node),
    input,
    attribute,
    output: node.output.map(names.write),
  });
}

/** Undefined where it refers to what the call leaves out. */
function copyAttribute(attribute: AttributeProto, names: Names, given: Given): AttributeProto | undefined {
  const refers = attribute.refAttrName !== '';
  const source = refers ? given.get(attribute.refAttrName) : attribute;
  if (source === undefined) return undefined;
  const copy = Object.assign(create(AttributeProtoSchema), source, { name: attribute.name });
  // Tensors are cut where they lie: no two nodes hold one.
  if (source.t !== undefined) copy.t = Object.assign(create(TensorProtoSchema), source.t);
  // What the caller gave has the caller's names.
  const own = refers ? asTheyAre(names) : names;
  if (source.g !== undefined) copy.g = copyGraph(source.g, own, given);
  copy.graphs = source.graphs.map((graph) => copyGraph(graph, own, given));
  return copy;
}

function asTheyAre(names: Names): Names {
  return { ...names, read: (name) => name, write: (name) => name };
}

/** A graph inside a node: what it names is its own, what it reads beside that lies around it. */
function copyGraph(graph: GraphProto, outer: Names, given: Given): GraphProto {
  const known = new Map<string, string>();
  const names: Names = {
    ...outer,
    read: (name) => known.get(name) ?? outer.read(name),
    write(name) {
      if (name === '') return '';
      const to = outer.fresh(name);
      known.set(name, to);
      return to;
    },
  };
  const rename = (info: ValueInfoProto, name: string) =>
    Object.assign(create(ValueInfoProtoSchema), info, { name });
  return Object.assign(create(GraphProtoSchema), graph, {
    initializer: graph.initializer.map((tensor) =>
      Object.assign(create(TensorProtoSchema), tensor, { name: names.write(tensor.name) }),
    ),
    sparseInitializer: graph.sparseInitializer.map((sparse) => {
      const { values } = sparse;
      if (values === undefined) return sparse;
      const renamed = Object.assign(create(TensorProtoSchema), values, { name: names.write(values.name) });
      return Object.assign(create(SparseTensorProtoSchema), sparse, { values: renamed });
    }),
    input: graph.input.map((info) => rename(info, known.get(info.name) ?? names.write(info.name))),
    node: graph.node.map((node) => copyNode(node, names, given)),
    output: graph.output.map((info) => rename(info, names.read(info.name))),
    valueInfo: [],
  });
}
