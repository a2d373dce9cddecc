import type { Lengths } from '@synaprune/axes';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { ModelProto } from '@synaprune/onnx';
import { type FollowedModel, type FollowOptions, followModel } from '../follow/follow-model.js';

/**
 * Follows a model that was cut as if it had come so, and compares the sizes of all that its names stand for with those
 * that were planned.
 *
 * @throws PruneError `unsupported` where they differ: nothing may be handed out then
 */
export function verifyCut(
  model: ModelProto,
  options: FollowOptions,
  { before, lengths }: { readonly before: FollowedModel; readonly lengths: Lengths },
): void {
  const scopes = new Map(followAgain(model, options).scopes.map((scope) => [scope.graph, scope]));
  for (const { graph, place, values } of before.scopes) {
    const others = scopes.get(graph)?.values;
    for (const [name, value] of values) {
      const other = others?.get(name);
      // What only one of the two knows can be compared with nothing.
      if (value === undefined || other === undefined) continue;
      const planned = value.axes.map((axis) => lengths.lengthOf(axis));
      const got = other.axes.map(({ dim }) => dim);
      const same =
        planned.length === got.length &&
        planned.every((dim, i) => typeof dim !== 'number' || typeof got[i] !== 'number' || dim === got[i]);
      if (!same) throw wrong(place, name, planned, got);
    }
  }
}

function followAgain(model: ModelProto, options: FollowOptions): FollowedModel {
  try {
    return followModel(model, options);
  } catch (error) {
    if (!(error instanceof PruneError)) throw error;
    throw new PruneError('unsupported', `the model cannot be shrunk: ${error.message}; ${FAULT}`, {
      cause: error,
    });
  }
}

const FAULT = 'this is a fault of the package, please report it with the model';

function wrong(
  place: string,
  name: string,
  planned: readonly unknown[],
  got: readonly unknown[],
): PruneError {
  const show = (dims: readonly unknown[]) =>
    dims.map((dim) => (typeof dim === 'number' ? dim : '?')).join(', ');
  return new PruneError(
    'unsupported',
    `the model cannot be shrunk: ${quote(name)} of ${place} would have the shape [${show(got)}] where ` +
      `[${show(planned)}] was planned; ${FAULT}`,
  );
}
