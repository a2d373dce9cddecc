import { PruneError } from '@synaprune/core';
import { expect, inject, it } from 'vitest';
import { lintTflite } from './lint/lint-tflite.js';
import { pruneTflite } from './pruning/prune-tflite.js';
import { createRandom } from './testing/random.js';
import { smallNet } from './testing/small-models.js';
import { findTfliteWeights } from './weights/find-weights.js';

const MUTATIONS = inject('whole') ? 10_000 : 2000;

it('no change of a file ends in anything but a result or a PruneError', async () => {
  const files = [smallNet(), (await pruneTflite(smallNet(), { sparsity: 0.8, sparse: true })).model];
  const next = createRandom(7);
  const ends = new Map<string, number>();
  for (let i = 0; i < MUTATIONS; i += 1) {
    const changed = mutate(files[i % 2]!, next);
    const before = Uint8Array.from(changed);
    const end = await runAll(changed, i % 16 < 2).then(
      () => 'result',
      (error: unknown) => {
        if (error instanceof PruneError) return error.code;
        throw new Error(`mutation ${i} ended in ${String(error)}`, { cause: error });
      },
    );
    if (Buffer.compare(changed, before) !== 0) throw new Error(`mutation ${i} changed its input`);
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  // Enough of them get far enough to mean something.
  expect(ends.get('result')).toBeGreaterThan(MUTATIONS / 10);
  expect(ends.get('bad-model')).toBeGreaterThan(MUTATIONS / 10);
});

async function runAll(bytes: Uint8Array, prunes: boolean): Promise<void> {
  findTfliteWeights(bytes);
  lintTflite(bytes);
  if (!prunes) return;
  const { model } = await pruneTflite(bytes, { sparsity: 0.5 });
  expect(model.length).toBe(bytes.length);
  const { model: written } = await pruneTflite(bytes, { sparsity: 0.8, sparse: true });
  lintTflite(written);
}

/** Some bytes or words that are others, in what says where things are; the file cut, or made longer. */
function mutate(whole: Uint8Array, next: () => number): Uint8Array<ArrayBuffer> {
  const below = (limit: number) => Math.floor(next() * limit);
  const made = Uint8Array.from(whole);
  const view = new DataView(made.buffer);
  const words = Math.floor(whole.length / 4);
  for (let times = 1 + below(3); times > 0; times -= 1) {
    const at = 4 * below(words);
    const odd = [0, 1, 4, 0xff, 0x7fffffff, 0x80000000, 0xffffffff, whole.length, whole.length - at, at];
    switch (below(6)) {
      case 0:
        made[below(whole.length)] = below(256);
        break;
      case 1:
        view.setUint32(at, odd[below(odd.length)]!, true);
        break;
      case 2:
        view.setUint32(at, view.getUint32(4 * below(words), true), true);
        break;
      case 3:
        view.setUint16(at + 2 * below(2), below(64), true);
        break;
      case 4:
        view.setInt32(at, view.getInt32(at, true) + 4 * (below(9) - 4), true);
        break;
      default:
        return below(4) === 0
          ? made.slice(0, below(whole.length))
          : Uint8Array.from([...made, ...made.slice(0, 9)]);
    }
  }
  return made;
}
