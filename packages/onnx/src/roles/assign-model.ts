import { createConstantFinder } from '../trace/constants.js';
import { createTracer, type Tracer } from '../trace/trace.js';
import type { Reach } from '../view/model-view.js';
import { bindNames } from '../view/scopes.js';
import { viewModel } from '../view/view-model.js';
import { type Assigned, assignRoles } from './assign.js';

/** The tensors of a model and what each does, and what follows names through it. */
export interface AssignedModel {
  readonly tensors: readonly Assigned[];
  readonly trace: Tracer;
}

/**
 * What every tensor of a model does, from its bytes: a graph's tensors before those of the graphs inside it.
 *
 * @throws PruneError `bad-model`
 */
export function assignModel(caller: string, bytes: Uint8Array, files?: Reach): AssignedModel {
  const scopes = bindNames(viewModel(caller, bytes, files));
  const isConstant = createConstantFinder(scopes);
  const trace = createTracer(scopes, isConstant);
  return { tensors: assignRoles(bytes, { scopes, trace, isConstant }), trace };
}
