import { isRecord } from '@synaprune/core/checks';
import { badModel } from '../artifacts/bad-model.js';
import { type JsonObject, listMember, member } from '../artifacts/json-tree.js';

/** A value that a layer gives. */
export interface Connection {
  /** Name of the layer, beside the one that takes it. */
  readonly layer: string;
  /** Which of the calls of that layer it comes from. */
  readonly call: number;
  /** Which of its outputs. */
  readonly output: number;
}

/**
 * What a layer is called on, a list for each call: `inbound_nodes` of Keras 2 (`[name, call, output, options]`, where
 * options may hold more such values) and of Keras 3 (`keras_history`).
 */
export function readCalls(what: string, json: JsonObject): Connection[][] {
  return listMember(what, json, 'inbound_nodes').map((call) => {
    const found: Connection[] = [];
    // A call on one value may stand without the list around it.
    if (isConnection(call)) collect(what, [call], found);
    else collect(what, call, found);
    return found;
  });
}

/** `input_layers` and `output_layers` of a model. */
export function readConnections(what: string, config: JsonObject, key: string): Connection[] {
  const list = member(config, key);
  const found: Connection[] = [];
  if (isConnection(list)) collect(what, [list], found);
  else collect(what, list ?? [], found);
  return found;
}

/** `[name, call, output]`, with or without options. */
function isConnection(value: unknown): value is readonly unknown[] {
  return (
    Array.isArray(value) &&
    typeof value[0] === 'string' &&
    typeof value[1] === 'number' &&
    typeof value[2] === 'number'
  );
}

function collect(what: string, value: unknown, into: Connection[]): void {
  if (isConnection(value)) {
    into.push(connection(what, value));
    // What a layer is told by name may be a value of another layer.
    if (isRecord(value[3])) collect(what, value[3], into);
    return;
  }
  const history = member(member(value, 'config'), 'keras_history');
  if (isConnection(history)) {
    into.push(connection(what, history));
    return;
  }
  if (Array.isArray(value)) for (const each of value as readonly unknown[]) collect(what, each, into);
  else if (isRecord(value)) for (const each of Object.values(value)) collect(what, each, into);
}

function connection(what: string, [layer, call, output]: readonly unknown[]): Connection {
  if (
    !Number.isSafeInteger(call) ||
    !Number.isSafeInteger(output) ||
    Number(call) < 0 ||
    Number(output) < 0
  ) {
    throw badModel(
      `${what} is connected to output ${String(output)} of call ${String(call)}, which cannot be`,
    );
  }
  return { layer: String(layer), call: Number(call), output: Number(output) };
}
