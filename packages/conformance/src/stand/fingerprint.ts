import { createSpecimens, mixed, SHAPES } from '../specimens/specimens.js';
import { expectSame } from './expect.js';
import { createRun, type RunOptions } from './pruner-run.js';
import type { Stand } from './stand.js';

/**
 * Goes through a run, and a hash of its masks is the one that every backend has come to so far: 32-bit FNV-1a over the
 * names and masks of the saved state. The oracle stands behind it: it was not merely copied from a backend.
 */
export async function expectFingerprint(
  stand: Stand,
  what: string,
  options: RunOptions,
  needed: string,
  shapes: readonly (readonly number[])[] = SHAPES,
): Promise<void> {
  const run = await createRun(stand, createSpecimens(mixed, shapes, 13), options);
  for (const position of options.targets.keys()) await run.update(position);
  const { weights } = await run.verify(`${what}: the run behind the fingerprint`);
  const text = weights.map(({ name, mask }) => `${name}=${mask}`).join(';');
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  expectSame(`fingerprint, ${what}`, (hash >>> 0).toString(16).padStart(8, '0'), needed);
}
