import { PruneError, type PrunerState, type RestoreOptions } from '@synaprune/core';
import { keysSorted } from '@synaprune/core/checks';
import type { OptimizerSettings } from '@synaprune/onnx-train';
import { floatsToBase64 } from './base64.js';
import { FORMAT, readTrainerState } from './read-state.js';
import { type Matching, requireNamesThere } from './restore-matching.js';
import { trainerChecksum } from './state-checksum.js';
import type { TensorPlace, TensorState, TrainerState } from './trainer-state.js';

/** What a state must hold. */
export interface RestoreNeeds {
  /** The tensors, in their order. */
  readonly places: readonly TensorPlace[];
  readonly optimizer: OptimizerSettings;
  /** Of the model, as {@link modelDigest} gives it. */
  readonly model: string;
  /** Whether it must hold the state of a pruner. */
  readonly pruning: boolean;
  /** How the names in it are these. */
  readonly matching: Matching;
}

/** What a state says, once it is known to be right. */
export interface OpenedCheckpoint {
  readonly steps: number;
  readonly seed: number;
  /** In the order of the places. */
  readonly values: readonly Float32Array[];
  readonly pruner: unknown;
  /** What that pruner is told of names. */
  readonly matching: RestoreOptions;
}

/** A state with its checksum. */
export function sealTrainerState(
  state: {
    readonly steps: number;
    readonly seed: number;
    readonly optimizer: OptimizerSettings;
    readonly model: string;
    readonly pruner: PrunerState | null;
  },
  tensors: readonly (TensorPlace & { readonly values: Float32Array })[],
): TrainerState {
  const places = tensors.map(({ kind, name, shape }) => ({ kind, name, shape: [...shape] }));
  const { steps, seed, optimizer, model, pruner } = state;
  const checksum = trainerChecksum(
    { steps, seed, optimizer, model, pruner, places },
    tensors.map(({ values }) => values),
  );
  return {
    format: FORMAT,
    version: 3,
    steps,
    seed,
    optimizer: { ...optimizer },
    model,
    tensors: places.map((place, i) => ({ ...place, values: floatsToBase64(tensors[i]!.values) })),
    pruner,
    checksum,
  };
}

/**
 * Reads a state that came from anywhere.
 *
 * @throws PruneError `state-corrupt`, `state-version` or `state-mismatch`
 */
export function openTrainerState(
  value: unknown,
  { places, optimizer, model, pruning, matching }: RestoreNeeds,
): OpenedCheckpoint {
  const { state, values } = readTrainerState(value);
  requireSameOptimizer(state.optimizer, optimizer);
  const namesOf = (list: readonly TensorPlace[]) => list.map(({ name }) => name);
  const ofPruner = requireNamesThere(matching, namesOf(state.tensors), namesOf(places), state.pruner);
  requireSameTensors(state.tensors, places, matching);
  requireSameModel(state.model, model, matching);
  if (pruning !== (state.pruner !== null)) {
    throw mismatch(
      pruning
        ? 'restore was given a pruner; the state was saved without one'
        : 'the state holds the masks of a pruner; give restore that pruner, or they would be lost',
    );
  }
  return { steps: state.steps, seed: state.seed, values, pruner: state.pruner, matching: ofPruner };
}

/** The same tensors may be of another model: another activation, or other weights below those that are trained. */
function requireSameModel(saved: string | undefined, own: string, matching: Matching): void {
  // Whoever says which tensor is which says that the model is the one: exported anew it may have other operators.
  const told = matching === 'position' || matching.size > 0;
  if (told || saved === undefined || saved === own) return;
  throw mismatch(
    'the state is of another model: one of the same trained tensors, and of other operators, or of other values where ' +
      "nothing is trained. Where it is meant to go on in this one, restore takes { match: 'position' }",
  );
}

/** Slots mean something only to the optimizer that made them. */
function requireSameOptimizer(told: OptimizerSettings | undefined, own: OptimizerSettings): void {
  if (told === undefined) return;
  // Before RMSProp had several forms it was TensorFlow's, not centered.
  const saved = told.kind === 'rmsprop' ? { form: 'tensorflow' as const, centered: false, ...told } : told;
  const settings = [...new Set([...Object.keys(own), ...Object.keys(saved)])].sort();
  const differing = settings.filter((name) => show(own, name) !== show(saved, name));
  if (differing.length === 0) return;
  const list = (of: OptimizerSettings) => differing.map((name) => `${name} ${show(of, name)}`).join(', ');
  throw mismatch(`the optimizer of this trainer has ${list(own)}; the state was saved with ${list(saved)}`);
}

function show(settings: OptimizerSettings, name: string): string {
  return JSON.stringify(keysSorted((settings as Readonly<Record<string, unknown>>)[name])) ?? 'not set';
}

function requireSameTensors(
  saved: readonly TensorState[],
  places: readonly TensorPlace[],
  matching: Matching,
): void {
  const describe = ({ kind, name, shape }: TensorPlace) =>
    `${kind} ${JSON.stringify(name)} of shape [${shape.join(', ')}]`;
  for (let i = 0; i < Math.max(saved.length, places.length); i += 1) {
    const [place, state] = [places[i], saved[i]];
    const name = state && (matching === 'position' ? place?.name : matching.get(state.name));
    const renamed = state && { ...state, name: name ?? state.name };
    if (place && renamed && describe(place) === describe(renamed)) continue;
    const [needed, got] = [place, state].map((one) => (one ? describe(one) : 'nothing'));
    const same = place && state && describe({ ...state, name: place.name }) === describe(place);
    const hint = same
      ? ". If they are the same under other names, restore takes { names: { saved: own } } or { match: 'position' }"
      : '';
    throw mismatch(`tensor ${i} of this trainer is ${needed}; the state has ${got}${hint}`);
  }
}

function mismatch(what: string): PruneError {
  return new PruneError('state-mismatch', what);
}
