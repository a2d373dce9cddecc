import { describe } from '../checks/legible.js';
import {
  isRecord,
  requireBoolean,
  requireChoice,
  requireList,
  requireOptions,
  requireThat,
} from '../checks/require.js';
import type { TensorBackend } from './backend.js';

/** A verb that every backend has. */
type NeededVerb =
  | 'shape'
  | 'createMask'
  | 'disposeMask'
  | 'readMask'
  | 'writeMask'
  | 'countKept'
  | 'countBelow'
  | 'findCut'
  | 'drop'
  | 'enforce';

/** A verb that a backend may lack. */
export type OptionalVerb = Exclude<
  keyof TensorBackend<unknown, unknown>,
  'contract' | 'manifest' | NeededVerb
>;

/** All optional verbs, so that whoever passes them on forgets none. */
export type OptionalVerbs<Weight, Mask> = Required<Pick<TensorBackend<Weight, Mask>, OptionalVerb>>;

const VERBS: Readonly<Record<NeededVerb, true>> = {
  shape: true,
  createMask: true,
  disposeMask: true,
  readMask: true,
  writeMask: true,
  countKept: true,
  countBelow: true,
  findCut: true,
  drop: true,
  enforce: true,
};

const OPTIONAL_VERBS: Readonly<Record<OptionalVerb, true>> = {
  extent: true,
  read: true,
  dropAndEnforce: true,
  combine: true,
  pool: true,
  disposePooled: true,
  spread: true,
  rankWithin: true,
};

/** Verbs of no use without each other. */
const TOGETHER = ['pool', 'disposePooled', 'spread'] as const;

const MANIFEST = [
  'name',
  'scores',
  'subnormals',
  'nanPayloads',
  'enforceWaits',
  'enforcesItself',
  'readOnly',
];

/**
 * That a value is a backend of contract 1: every verb a function, the manifest complete and of known fields. A backend
 * may have more of its own beside the verbs.
 *
 * @throws TypeError that names what is missing, unknown or wrong
 */
export function requireBackend(backend: unknown): void {
  if (!isRecord(backend) || !isRecord(backend.manifest)) {
    throw new TypeError(`createPruner needs a backend, got ${describe(backend)}`);
  }
  const { manifest, contract } = backend;
  if (contract !== 1) {
    const got = contract === undefined ? 'none' : describe(contract);
    throw new TypeError(
      `createPruner needs a backend with contract: 1, the version it speaks; ${describe(manifest.name)} has ${got}`,
    );
  }
  for (const verb of Object.keys(VERBS)) requireVerb(backend, verb);
  for (const verb of Object.keys(OPTIONAL_VERBS)) if (backend[verb] !== undefined) requireVerb(backend, verb);
  if (TOGETHER.some((verb) => backend[verb] !== undefined)) {
    for (const verb of TOGETHER) requireVerb(backend, verb);
  }
  requireOptions('createPruner', 'backend.manifest', manifest, MANIFEST);
  const { name, scores } = manifest;
  requireThat('createPruner', 'backend.manifest.name', name, 'a string', typeof name === 'string');
  requireList('createPruner', 'backend.manifest.scores', scores);
  requireChoice('createPruner', 'backend.manifest.subnormals', manifest.subnormals, ['ordered', 'zero']);
  requireChoice('createPruner', 'backend.manifest.nanPayloads', manifest.nanPayloads, ['ordered', 'tied']);
  requireBoolean('createPruner', 'backend.manifest.enforceWaits', manifest.enforceWaits ?? false);
  requireBoolean('createPruner', 'backend.manifest.enforcesItself', manifest.enforcesItself ?? false);
  requireBoolean('createPruner', 'backend.manifest.readOnly', manifest.readOnly ?? false);
}

function requireVerb(backend: Readonly<Record<string, unknown>>, verb: string): void {
  if (typeof backend[verb] === 'function') return;
  throw new TypeError(`createPruner needs a backend with the verb ${verb}, got ${describe(backend[verb])}`);
}
