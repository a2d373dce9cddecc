import { describe, expect, it } from 'vitest';
import { createMovingAverage } from '../index.js';
import { averageCases } from '../testing/average-cases.js';
import { perceptronBatch } from '../testing/models.js';
import { useNode, useWasm } from '../testing/runtimes.js';
import { startTrainer } from '../testing/trainer-cases.js';

const node = await useNode();
const wasm = await useWasm();

describe('a moving average on onnxruntime-node', () => {
  averageCases(node);
});
describe('a moving average on onnxruntime-web, wasm', () => {
  averageCases(wasm);
});

describe('a moving average', () => {
  it('refuses what cannot be right, and a state of another', async () => {
    const trainer = await startTrainer(node);
    await expect(createMovingAverage({} as never, { decay: 0.9 })).rejects.toThrow(TypeError);
    await expect(createMovingAverage(trainer, { decay: 1.5 })).rejects.toThrow(RangeError);
    await expect(createMovingAverage(trainer, { decya: 0.9 } as never)).rejects.toThrow('decay');
    const average = await createMovingAverage(trainer, { decay: 0.9 });
    const state = await average.save();
    const wrong: readonly (readonly [unknown, string])[] = [
      [undefined, 'state-corrupt'],
      [{ ...state, updates: 7 }, 'state-corrupt'],
      [{ ...state, version: 2 }, 'state-version'],
    ];
    for (const [value, code] of wrong) await expect(average.restore(value)).rejects.toMatchObject({ code });
    const other = await createMovingAverage(trainer, { decay: 0.5 });
    await expect(other.restore(state)).rejects.toMatchObject({ code: 'state-mismatch' });
    expect(await average.save()).toEqual(state);
    await other.dispose();
    await other.dispose();
    await expect(other.update()).rejects.toMatchObject({ code: 'disposed' });
    // One that is asked in the middle of a step is given back later.
    const late = await createMovingAverage(trainer, { decay: 0.5 });
    const step = trainer.step(perceptronBatch(4, 1));
    await expect(late.dispose()).rejects.toMatchObject({ code: 'busy' });
    await step;
    await late.read();
    await late.dispose();
    await expect(late.read()).rejects.toMatchObject({ code: 'disposed' });
    // The first one lives on.
    await average.update();
    await trainer.dispose();
  });
});
