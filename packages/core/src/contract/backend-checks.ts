import { describe } from '../checks/legible.js';
import { isRecord, requireBoolean, requireChoice, requireOptions } from '../checks/require.js';

const VERBS = [
  'shape',
  'createMask',
  'disposeMask',
  'countBelow',
  'findCut',
  'dropBelow',
  'enforce',
  'countKept',
  'readMask',
  'writeMask',
] as const;

const MANIFEST = [
  'name',
  'patterns',
  'scores',
  'directions',
  'subnormals',
  'enforceWaits',
  'nanPayloads',
] as const;

/**
 * That a value is a backend: every verb a function, the manifest complete and of known fields. A backend may have
 * more of its own beside the verbs.
 *
 * @throws TypeError that names what is missing, unknown or wrong
 */
export function requireBackend(backend: unknown): void {
  if (!isRecord(backend) || !isRecord(backend.manifest)) {
    throw new TypeError(`createPruner needs a backend, got ${describe(backend)}`);
  }
  const { manifest } = backend;
  for (const verb of VERBS) {
    if (typeof backend[verb] !== 'function') {
      throw new TypeError(
        `createPruner needs a backend with the verb ${verb}, got ${describe(backend[verb])}`,
      );
    }
  }
  if (backend.extent !== undefined && typeof backend.extent !== 'function') {
    throw new TypeError(
      `createPruner needs the backend's extent to be a function, got ${describe(backend.extent)}`,
    );
  }
  requireOptions('createPruner', 'backend.manifest', manifest, MANIFEST);
  for (const list of ['patterns', 'scores', 'directions'] as const) {
    if (!Array.isArray(manifest[list])) {
      throw new TypeError(
        `createPruner needs backend.manifest.${list} to be an array, got ${describe(manifest[list])}`,
      );
    }
  }
  requireChoice('createPruner', 'backend.manifest.subnormals', manifest.subnormals, ['ordered', 'zero']);
  requireChoice('createPruner', 'backend.manifest.nanPayloads', manifest.nanPayloads, ['ordered', 'tied']);
  requireBoolean('createPruner', 'backend.manifest.enforceWaits', manifest.enforceWaits ?? false);
}
