import { clone, create, type NodeProto, NodeProtoSchema } from '@synaprune/onnx';
import { renameInputs } from '@synaprune/onnx/graph';

/** Copies nodes of a branch, a body or a function into a graph of other names. */
export interface NodeCopier {
  /**
   * Copies of nodes, in their order.
   *
   * @param names what the names that come from outside are called there; missing ones stay
   * @param prefix what new names start with
   * @returns the copies, and the new name of each that the nodes give
   */
  copy(
    nodes: readonly NodeProto[],
    names: ReadonlyMap<string, string>,
    prefix: string,
  ): { readonly nodes: readonly NodeProto[]; readonly names: ReadonlyMap<string, string> };
  /** A name that nothing has. */
  fresh(wanted: string): string;
}

/** @param taken names that are not to be given; new ones are added */
export function createCopier(taken: Set<string>): NodeCopier {
  const fresh = (wanted: string): string => {
    let name = wanted;
    for (let count = 1; taken.has(name); count++) name = `${wanted}#${count}`;
    taken.add(name);
    return name;
  };
  return {
    fresh,
    copy(nodes, given, prefix) {
      const names = new Map(given);
      const copies = nodes.map((node) => {
        const copy = clone(NodeProtoSchema, node);
        renameInputs(copy, names);
        copy.output = copy.output.map((name) => {
          if (name === '') return '';
          const renamed = fresh(`${prefix}/${name}`);
          names.set(name, renamed);
          return renamed;
        });
        return copy;
      });
      return { nodes: copies, names };
    },
  };
}

/** A node that gives a value another name. */
export function rename(from: string, to: string): NodeProto {
  return create(NodeProtoSchema, { opType: 'Identity', name: `${to}/copy`, input: [from], output: [to] });
}

/** How messages and options name a node: its name, or that of its first output where it has none. */
export function labelOf({ name, output }: NodeProto): string {
  return name === '' ? (output.find((each) => each !== '') ?? '') : name;
}
