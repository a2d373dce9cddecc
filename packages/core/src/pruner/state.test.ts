import { describe, expect, it } from 'vitest';
import { randomScore } from '../score/scores.js';
import {
  type ArrayMask,
  type ArrayWeight,
  arrayWeight,
  createArrayBackend,
} from '../testing/array-backend.js';
import type { PrunerOptions } from './options.js';
import { createPruner } from './pruner.js';
import type { PrunerState } from './state.js';

const start = () => [
  arrayWeight(4, -3, 2, -1, 5, 9, 8, 7, 6),
  { values: Float32Array.of(1, 2, 3, 4), shape: [2, 2] },
];

function prune(
  weights: readonly ArrayWeight[],
  options: Partial<PrunerOptions<ArrayWeight, ArrayMask>> = {},
) {
  return createPruner({
    backend: createArrayBackend(),
    weights: weights.map((weight, i) => ({ name: `w${i}`, weight })),
    schedule: (sparsity) => sparsity,
    ...options,
  });
}

/** Stands for an optimizer: changes every weight, dropped ones too, differently at each step. */
function train(weights: readonly ArrayWeight[], step: number): void {
  for (const { values } of weights) {
    for (const i of values.keys()) values[i] = values[i]! * (1 + ((i + step) % 3) / 8) + 0.25;
  }
}

async function run(weights: readonly ArrayWeight[], steps: readonly number[], pruner = prune(weights)) {
  for (const step of steps) {
    train(weights, step);
    await pruner.enforce();
    await pruner.update(step / 10);
  }
  return pruner;
}

async function saved(options: Partial<PrunerOptions<ArrayWeight, ArrayMask>> = {}): Promise<PrunerState> {
  return (await run(start(), [1, 2, 3], prune(start(), options))).save();
}

describe('save and restore', () => {
  it.each([
    ['JSON', (state: PrunerState) => JSON.parse(JSON.stringify(state))],
    ['structured clone', (state: PrunerState) => structuredClone(state)],
  ])('in the middle of a run equal an uninterrupted one, through %s', async (_name, travel) => {
    const whole = start();
    const uninterrupted = await run(whole, [1, 2, 3, 4, 5, 6]);

    const first = start();
    const interrupted = await run(first, [1, 2, 3]);
    const state = travel(await interrupted.save());
    interrupted.dispose();
    const second = first.map(({ values, shape }) => ({ values: values.slice(), shape }));
    const resumed = prune(second);
    await resumed.restore(state);
    await run(second, [4, 5, 6], resumed);

    expect(second.map(({ values }) => [...values])).toEqual(whole.map(({ values }) => [...values]));
    expect(await resumed.save()).toEqual(await uninterrupted.save());
    expect(await resumed.report()).toEqual(await uninterrupted.report());
  });

  it('keep zeros that were never dropped', async () => {
    const weight = arrayWeight(0, 0, 3, 4);
    const pruner = prune([weight]);
    await pruner.update(0.25);
    const again = prune([weight]);
    await again.restore(await pruner.save());
    expect((await again.report()).total.kept).toBe(3);
  });

  it('zero what the restored masks drop', async () => {
    const state = await saved();
    const weights = start();
    await prune(weights).restore(state);
    expect(weights.map(({ values }) => values.filter((value) => value === 0).length)).toEqual(
      weights.map(({ values }, i) => values.length - state.weights[i]!.kept),
    );
  });

  it('give a state whose form is fixed', async () => {
    const weight = arrayWeight(1, 2, 3, 4, 5, 6, 7, 8, 9);
    const pruner = prune([weight], { score: randomScore({ seed: 5 }), floor: 0.1 });
    expect(await pruner.save()).toEqual({
      format: 'synaprune-pruner',
      version: 2,
      rule: 'exact',
      distribution: 'global',
      pattern: { kind: 'element' },
      score: { kind: 'random', seed: 5 },
      floor: 0.1,
      position: null,
      target: null,
      weights: [{ name: 'w0', shape: [9], kept: 9, mask: '/wE=' }],
      checksum: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
  });

  it('read a state whose keys were reordered on the way', async () => {
    const state = await saved();
    const reversed = Object.fromEntries(Object.entries(state).reverse());
    await expect(prune(start()).restore(reversed)).resolves.toBeUndefined();
  });
});

describe('restore refuses, and leaves pruner and weights as they were,', () => {
  const damaged: [string, (state: PrunerState) => unknown, string][] = [
    ['nothing', () => undefined, 'state-corrupt'],
    ['text', (state) => JSON.stringify(state), 'state-corrupt'],
    ['another format', (state) => ({ ...state, format: 'other' }), 'state-corrupt'],
    ['a later version', (state) => ({ ...state, version: 3 }), 'state-version'],
    ['a version as text', (state) => ({ ...state, version: '1' }), 'state-version'],
    ['a missing list', ({ weights: _, ...state }) => state, 'state-corrupt'],
    ['a missing checksum', ({ checksum: _, ...state }) => state, 'state-corrupt'],
    ['a changed position', (state) => ({ ...state, position: 7 }), 'state-corrupt'],
    ['a position that is no number', (state) => ({ ...state, position: 'now' }), 'state-corrupt'],
    [
      'a mask with one bit flipped',
      (state) => withMask(state, flipFirstBit(state.weights[0]!.mask)),
      'state-corrupt',
    ],
    ['a mask cut short', (state) => withMask(state, state.weights[0]!.mask.slice(0, -4)), 'state-corrupt'],
    ['a mask that is no text', (state) => withMask(state, null as never), 'state-corrupt'],
    ['options that are gone', (state) => ({ ...state, score: undefined }), 'state-corrupt'],
    ['a list with holes', (state) => ({ ...state, weights: new Array(2) }), 'state-corrupt'],
    [
      'a shape with holes',
      (state) => ({ ...state, weights: [{ ...state.weights[0], shape: new Array(1) }, state.weights[1]] }),
      'state-corrupt',
    ],
    ['a bigint', (state) => ({ ...state, floor: 1n }), 'state-corrupt'],
    ['a cycle', (state) => cyclic(state), 'state-corrupt'],
    [
      'a getter that throws',
      (state) => ({
        ...state,
        get position() {
          throw new Error('boo');
        },
      }),
      'state-corrupt',
    ],
    ['nesting without end', (state) => ({ ...state, rule: nested(100_000) }), 'state-corrupt'],
  ];

  it.each(damaged)('%s', async (_name, damage, code) => {
    const weights = start();
    const pruner = prune(weights);
    await pruner.update(0.3);
    const before = [weights.map(({ values }) => [...values]), await pruner.save()];
    await expect(pruner.restore(damage(await saved()))).rejects.toMatchObject({ name: 'PruneError', code });
    expect([weights.map(({ values }) => [...values]), await pruner.save()]).toEqual(before);
  });

  it('the text of a state, without repeating all of it', async () => {
    const text = JSON.stringify({ filler: 'x'.repeat(100_000) });
    const error = await prune(start())
      .restore(text)
      .catch((reason) => reason);
    expect(error.message.length).toBeLessThan(300);
  });

  it('a flipped bit even when count and length still fit', async () => {
    const state = await saved();
    const bytes = Buffer.from(state.weights[0]!.mask, 'base64');
    const lowest = bytes[0]! & -bytes[0]!;
    const highestDropped = [7, 6, 5, 4, 3, 2, 1, 0].find((bit) => ((bytes[0]! >> bit) & 1) === 0)!;
    bytes[0] = (bytes[0]! ^ lowest) | (1 << highestDropped);
    await expect(prune(start()).restore(withMask(state, bytes.toString('base64')))).rejects.toMatchObject({
      code: 'state-corrupt',
    });
  });

  it.each([
    [
      'other names',
      () => prune([], { weights: named('x', 'y') }),
      'the weights "x", "y"; the state has "w0", "w1"',
    ],
    [
      'the same names in another order',
      () => prune([], { weights: named('w1', 'w0') }),
      'the weights "w1", "w0"',
    ],
    [
      'fewer weights',
      () => prune(start().slice(1)),
      'this pruner has the weights "w0"; the state has "w0", "w1"',
    ],
    [
      'another shape of as many elements',
      () => prune([start()[0]!, arrayWeight(1, 2, 3, 4)]),
      'has the shape [4]',
    ],
    ['another rule', () => prune(start(), { rule: 'published' }), 'this pruner has rule "published"'],
    ['another distribution', () => prune(start(), { distribution: 'uniform' }), 'distribution'],
    ['another floor', () => prune(start(), { floor: 0.1 }), 'floor'],
    ['another score', () => prune(start(), { score: randomScore({ seed: 1 }) }), 'score'],
  ])('a state of %s', async (_name, create, message) => {
    const pruner = create();
    const before = await pruner.save();
    const restoring = pruner.restore(await saved());
    await expect(restoring).rejects.toMatchObject({ code: 'state-mismatch' });
    await expect(restoring).rejects.toThrow(message);
    expect(await pruner.save()).toEqual(before);
  });

  it('a backend that fails half-way, without losing a mask', async () => {
    const backend = createArrayBackend();
    let writes = 0;
    const failing = {
      ...backend,
      writeMask: (mask: ArrayMask, packed: Uint8Array) => {
        writes += 1;
        if (writes === 2) throw new Error('device lost');
        return backend.writeMask(mask, packed);
      },
    };
    const weights = start();
    const pruner = prune(weights, { backend: failing });
    await expect(pruner.restore(await saved())).rejects.toThrow('device lost');
    expect((await pruner.report()).total.kept).toBe(13);
    expect(backend.liveMasks()).toBe(2);
  });
});

function cyclic(state: PrunerState): unknown {
  const copy: Record<string, unknown> = { ...state };
  copy.distribution = copy;
  return copy;
}

function nested(depth: number): unknown {
  let value: unknown = [];
  for (let i = 0; i < depth; i += 1) value = [value];
  return value;
}

function named(...names: string[]) {
  return start().map((weight, i) => ({ name: names[i]!, weight }));
}

function withMask(state: PrunerState, mask: string): PrunerState {
  return { ...state, weights: [{ ...state.weights[0]!, mask }, ...state.weights.slice(1)] };
}

function flipFirstBit(mask: string): string {
  const bytes = Buffer.from(mask, 'base64');
  bytes[0]! ^= 1;
  return bytes.toString('base64');
}
