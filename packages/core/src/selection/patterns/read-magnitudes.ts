import { PruneError } from '../../checks/errors.js';
import type { BackendManifest, Item, TensorBackend } from '../../contract/backend.js';
import {
  INFINITY_MAGNITUDE,
  LARGEST_MAGNITUDE,
  QUIET_NAN_MAGNITUDE,
  SMALLEST_NORMAL_MAGNITUDE,
} from '../../contract/magnitude.js';
import { randomMagnitude } from '../../contract/random-score.js';

/**
 * The scores of an item's elements on the host, as its device ranks them: for a pattern whose verbs the backend lacks,
 * and for distributions that look at the scores.
 *
 * @param of.needs what it is read for, as an error is to say
 * @throws PruneError `unsupported` when the backend cannot read weights either
 */
export async function readMagnitudes<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  { weight, score }: Item<Weight, Mask>,
  { elements, needs }: { readonly elements: number; readonly needs: string },
): Promise<Int32Array> {
  if (score.kind === 'random') {
    return Int32Array.from({ length: elements }, (_, i) => randomMagnitude(score.seed, i));
  }
  const { manifest } = backend;
  if (backend.read === undefined) {
    throw new PruneError('unsupported', `${needs}; ${manifest.name} has no read`);
  }
  const values = await backend.read(score.kind === 'tensor' ? score.tensor : weight);
  return rankedAs(values, manifest);
}

/** What a pattern reads scores for. */
export function withoutVerbs(pattern: string, verbs: string): string {
  return `the pattern ${pattern} needs the verbs ${verbs} of a backend, or read to do without`;
}

/** Numbers as magnitudes, as a device ranks them. */
export function rankedAs(values: Float32Array, manifest: BackendManifest): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length).map((bits) =>
    rankedMagnitude(bits, manifest),
  );
}

/** The bits of a number as a magnitude, as a device ranks it. */
export function rankedMagnitude(bits: number, { subnormals, nanPayloads }: BackendManifest): number {
  const magnitude = bits & LARGEST_MAGNITUDE;
  if (subnormals === 'zero' && magnitude < SMALLEST_NORMAL_MAGNITUDE) return 0;
  return nanPayloads === 'tied' && magnitude > INFINITY_MAGNITUDE ? QUIET_NAN_MAGNITUDE : magnitude;
}
