import { afterAll, expect, it } from 'vitest';
import { openContext } from '../device/context.js';
import { createMaskStore } from '../masks/mask-store.js';
import { createStorage } from '../testing/harness.js';
import { useDawn } from '../testing/use-dawn.js';
import { fill } from '../testing/values.js';
import { entriesOf } from './entries.js';
import { selectRank } from './select.js';

const dawn = await useDawn();
const ELEMENTS = 400_000;

if ('missing' in dawn) {
  it.skip(`selection on WebGPU (${dawn.missing})`, () => {});
} else {
  const device = await dawn.device();
  const context = openContext({ device });
  // All magnitudes differ, so that the rank is the answer: 1 is the magnitude of rank 1.
  const values = fill(ELEMENTS, () => 0, 1);
  const words = new Uint32Array(values.buffer);
  for (let i = 0; i < ELEMENTS; i += 1) words[i] = 1 + ((i * 77_773) % ELEMENTS);
  const buffer = createStorage(device, values.byteLength);
  device.queue.writeBuffer(buffer, 0, values.slice());
  const weight = { buffer, shape: [ELEMENTS] };
  const mask = createMaskStore(device, context.work).create(weight.shape);
  const entries = entriesOf([{ weight, mask, score: { kind: 'magnitude' } }]);
  const select = (rank: number, brackets?: Parameters<typeof selectRank>[3]) =>
    selectRank(context, entries, { rank, kept: ELEMENTS, elements: ELEMENTS }, brackets);
  afterAll(() => dawn.close());

  it.each([1, 2, 1000, 100_000, 399_999, ELEMENTS])('finds rank %i through a sample', async (rank) => {
    expect(await select(rank)).toEqual({ magnitude: rank, ties: 1 });
  });

  it('tells when the sample misled, rather than guess', async () => {
    // A bracket of almost no width, around where the sample puts the rank.
    expect(await select(100_000, [{ margin: 0.001, room: 0.1 }])).toBeUndefined();
  });

  it('tells when the bracket holds more than the list', async () => {
    expect(await select(100_000, [{ margin: 100, room: 0 }])).toBeUndefined();
  });

  it('goes on to the next bracket', async () => {
    const brackets = [
      { margin: 0.001, room: 0.1 },
      { margin: 100, room: 1 },
    ];
    expect(await select(100_000, brackets)).toEqual({ magnitude: 100_000, ties: 1 });
  });

  it('has had no error from the device', () => {
    expect(dawn.errors).toEqual([]);
  });
}
