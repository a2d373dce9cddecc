import type { NodeProto } from '@synaprune/onnx';
import { listAt, numberAt, readAttributes, type Value } from '@synaprune/onnx/graph';
import type { Refusal } from '../importing/refusal.js';
import { graphAt } from './control-flow.js';
import type { Rewriting } from './rewriting.js';

/** As many rounds of a loop as a step graph may hold one after another. */
export const MOST_ROUNDS = 256;

/** The nodes that stand for one, or come in front of it where it stays; or why there are none. */
export type Written = { readonly nodes: readonly NodeProto[]; readonly stays?: boolean } | Refusal;

/** Why a node of too many rounds has no place. */
export const tooMany = (what: string): Refusal => ({
  what: `${what} more than ${MOST_ROUNDS} rounds, and a training step holds each of them`,
  instead: 'train on shorter sequences, or name an output that does not need it (outputs)',
});

/** The branch of an `If` that is taken, in its place. */
export function writeBranch(rewriting: Rewriting, node: NodeProto): Written {
  const { probe, branches, copier, notices } = rewriting;
  const condition = probe.look(node.input[0] ?? '');
  const known = boolOf(condition);
  const named = branches[node.name];
  if (known !== undefined)
    for (const name of probe.numbersBehind(node.input[0] ?? '')) rewriting.decisive.add(name);
  if (known !== undefined && named !== undefined && named !== branchOf(known)) {
    return {
      what: `branches says "${named}", and its condition is always ${known} for these inputs`,
      instead: `leave it out of branches, or say "${branchOf(known)}"`,
    };
  }
  const branch = named ?? (known === undefined ? undefined : branchOf(known));
  if (branch === undefined) {
    const why =
      typeof condition === 'string' ? `cannot be told before (${condition})` : 'is computed when it runs';
    return {
      what: `its condition ${why}, and a training step holds one branch`,
      instead: `name the one to train, branches: { ${JSON.stringify(node.name)}: 'then' } or 'else'`,
    };
  }
  const body = graphAt(node, `${branch}_branch`);
  if (body === undefined) return { what: `it has no ${branch}_branch` };
  if (known === undefined) {
    const message = `the If ${JSON.stringify(node.name)} is its ${branch} branch in every step, as branches says: steps do not look at its condition, whatever batches feed, and the model itself does`;
    // Once for all the rounds of a Loop.
    if (!notices.some((notice) => notice.message === message)) notices.push({ code: 'branch-told', message });
  }
  const { nodes, names } = copier.copy(body.node, new Map(), node.name);
  return {
    nodes: [
      ...nodes,
      ...node.output.flatMap((name, index) => {
        const given = body.output[index]?.name;
        return name === '' || given === undefined ? [] : [rewriting.rename(names.get(given) ?? given, name)];
      }),
    ],
  };
}

const branchOf = (condition: boolean): 'then' | 'else' => (condition ? 'then' : 'else');

function boolOf(value: Value | string): boolean | undefined {
  const element = typeof value === 'string' ? undefined : value.constant?.numbers()[0];
  return element === undefined ? undefined : element !== 0;
}

/** The rounds of a `Loop`, one after another, as long as each is known to run. */
export function writeLoop(rewriting: Rewriting, node: NodeProto): Written {
  const { probe, copier } = rewriting;
  const body = graphAt(node, 'body');
  const [most = '', start = '', ...initial] = node.input;
  if (body === undefined || body.input.length !== initial.length + 2)
    return { what: 'its body does not fit its inputs' };
  const limit = most === '' ? Number.POSITIVE_INFINITY : countOf(probe.look(most));
  const given = {
    what: 'its number of rounds is computed when it runs',
    instead: 'export with a fixed number of rounds',
  };
  if (limit === undefined) return given;
  const nodes: NodeProto[] = [];
  const scans: string[][] = body.output.slice(initial.length + 1).map(() => []);
  let carried = initial;
  let condition = start === '' ? rewriting.bool(true) : start;
  for (let round = 0; ; round++) {
    if (round >= limit) break;
    const goes = boolOf(probe.look(condition));
    if (goes === undefined) return given;
    for (const name of probe.numbersBehind(condition)) rewriting.decisive.add(name);
    if (!goes) break;
    if (round === MOST_ROUNDS) return tooMany('it goes on for');
    const names = new Map(body.input.map(({ name }, index) => [name, carried[index - 2] ?? '']));
    names.set(body.input[0]!.name, rewriting.integer(round));
    names.set(body.input[1]!.name, condition);
    const copied = copier.copy(body.node, names, `${node.name}/${round}`);
    const outputs = body.output.map(({ name }) => copied.names.get(name) ?? name);
    rewriting.learn(copied.nodes);
    nodes.push(...copied.nodes);
    [condition = '', ...carried] = outputs.slice(0, initial.length + 1);
    for (const [index, name] of outputs.slice(initial.length + 1).entries()) scans[index]!.push(name);
  }
  return {
    nodes: [
      ...nodes,
      ...finish(
        rewriting,
        node,
        carried,
        scans.map((names) => ({ names, axis: 0, reversed: false })),
      ),
    ],
  };
}

/** The rounds of a `Scan`, one after another, where the lengths of what it goes along are known. */
export function writeScan(rewriting: Rewriting, node: NodeProto): Written {
  const { probe, copier, opset } = rewriting;
  const body = graphAt(node, 'body');
  const attributes = readAttributes(node.attribute.filter(({ name }) => name !== 'body'));
  const along = numberAt(attributes, 'num_scan_inputs', 0);
  const states = node.input.length - along;
  if (opset < 9)
    return {
      what: 'Scan of version 8 goes along a batch as well',
      instead: 'export with version 9 of the operators or a newer one',
    };
  if (body === undefined || along < 1 || states < 0 || body.input.length !== node.input.length) {
    return { what: 'its body does not fit its inputs' };
  }
  const scanned = node.input.slice(states).map((name, index) => {
    const value = probe.look(name);
    const axis = listAt(attributes, 'scan_input_axes')?.[index] ?? 0;
    const rank = typeof value === 'string' ? 0 : value.shape.length;
    const front = axis < 0 ? axis + rank : axis;
    return { name, axis: front, reversed: listAt(attributes, 'scan_input_directions')?.[index] === 1, value };
  });
  const unknown = scanned.find(({ value }) => typeof value === 'string');
  if (unknown !== undefined)
    return { what: `the shape of what it goes along cannot be told before (${String(unknown.value)})` };
  const lengths = scanned.map(({ value, axis }) =>
    typeof value === 'string' ? undefined : value.shape[axis],
  );
  const [length] = lengths;
  if (length === undefined || lengths.some((other) => other !== length)) {
    return { what: `what it goes along has lengths of ${lengths.join(' and ')}` };
  }
  if (length > MOST_ROUNDS) return tooMany('it goes along');
  const parts = scanned.map(({ name, axis, reversed }) => {
    const cut = rewriting.parts(name, axis, length, node.name);
    return { nodes: cut.nodes, names: reversed ? [...cut.names].reverse() : cut.names };
  });
  const nodes = parts.flatMap((cut) => cut.nodes);
  const scans: string[][] = body.output.slice(states).map(() => []);
  let carried = node.input.slice(0, states);
  for (let round = 0; round < length; round++) {
    const given = [...carried, ...parts.map(({ names }) => names[round]!)];
    const names = new Map(body.input.map(({ name }, index) => [name, given[index]!]));
    const copied = copier.copy(body.node, names, `${node.name}/${round}`);
    const outputs = body.output.map(({ name }) => copied.names.get(name) ?? names.get(name) ?? name);
    nodes.push(...copied.nodes);
    carried = outputs.slice(0, states);
    for (const [index, name] of outputs.slice(states).entries()) scans[index]!.push(name);
  }
  const written = scans.map((names, index) => ({
    names,
    axis: listAt(attributes, 'scan_output_axes')?.[index] ?? 0,
    reversed: listAt(attributes, 'scan_output_directions')?.[index] === 1,
  }));
  return { nodes: [...nodes, ...finish(rewriting, node, carried, written)] };
}

function countOf(value: Value | string): number | undefined {
  return typeof value === 'string' ? undefined : value.constant?.numbers()[0];
}

interface Stacked {
  readonly names: readonly string[];
  readonly axis: number;
  readonly reversed: boolean;
}

/** What is carried to the end, and what each round gave, stacked. */
function finish(
  rewriting: Rewriting,
  node: NodeProto,
  carried: readonly string[],
  scans: readonly Stacked[],
): readonly NodeProto[] {
  return node.output.flatMap((name, index) => {
    if (name === '') return [];
    const last = carried[index];
    if (last !== undefined) return [rewriting.rename(last, name)];
    const { names, axis, reversed } = scans[index - carried.length] ?? {
      names: [],
      axis: 0,
      reversed: false,
    };
    // Of no round nobody knows the shape.
    if (names.length === 0) return [];
    return rewriting.stack(reversed ? [...names].reverse() : names, axis, name);
  });
}
