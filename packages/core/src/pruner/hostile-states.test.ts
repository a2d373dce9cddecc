import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { PruneError } from '../checks/errors.js';
import { createArrayBackend } from '../testing/array-backend.js';
import {
  cycle,
  nested,
  revoked,
  saved,
  sealed,
  trap,
  weights,
  withFirst,
} from '../testing/hostile-states.js';
import { type ArrayOptions, prune, values } from '../testing/prune.js';
import type { PrunerState } from './state.js';

const HOSTILE: readonly unknown[] = [
  ...[undefined, null, true, false, 0, -0, -1, 1, 0.5, 1.5, 2 ** 31, 2 ** 53, 1e308, 5e-324],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1n, 2n ** 4096n, Symbol('s')],
  ...[
    '',
    'x',
    '__proto__',
    'constructor',
    '\u001b[2J',
    'x'.repeat(1_000_000),
    '====',
    'AAA=',
    '//8=',
    '/wE=',
  ],
  ...[[], {}, [[]], [null], new Array(3), new Array(1000), [1, 2, 3], { length: 2 }, { kind: 'element' }],
  ...[new Date(0), /x/, new Map(), new Uint8Array(4), new Float32Array(2), new Error('e'), () => 0, class {}],
  ...[
    Object.create(null),
    { toString: 1, valueOf: 1 },
    { toJSON: () => 'x' },
    JSON.parse('{"__proto__": 1}'),
  ],
  ...[
    { kind: 'magnitude', seed: 'x'.repeat(1000) },
    { kind: 1 },
    { fraction: 0, elements: 1 },
    { fraction: '0' },
  ],
  ...[nested(20_000), cycle(), trap, new Proxy([], {}), revoked(), Object.freeze([])],
  Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i])),
  { [Symbol.toPrimitive]: () => trap },
];

/** Every field of a state, as a path. */
const PATHS: readonly (readonly (string | number)[])[] = [
  [],
  ...['format', 'version', 'rule', 'distribution', 'pattern', 'score', 'floor', 'untrained', 'keepZeros'].map(
    (key) => [key],
  ),
  ...['position', 'target', 'checksum', 'weights'].map((key) => [key]),
  ...['kind', 'seed', 'x', '__proto__'].flatMap((key) => [
    ['pattern', key],
    ['score', key],
    ['floor', key],
  ]),
  ...['fraction', 'elements'].map((key) => ['floor', key]),
  ...[0, 1, 2].map((i) => ['weights', i]),
  ['weights', 'length'],
  ...['name', 'shape', 'kept', 'mask'].map((key) => ['weights', 0, key]),
  ['weights', 0, 'shape', 0],
  ['weights', 0, 'shape', 1],
];

/** A copy of a state with something else at a path, as far as there is one. */
function replaced(value: unknown, path: readonly (string | number)[], by: unknown): unknown {
  if (path.length === 0) return by;
  const [key, ...rest] = path as [string | number, ...(string | number)[]];
  const source: object = Array.isArray(value) ? [...value] : { ...(value as object) };
  const copy = source as Record<string | number, unknown>;
  const inner = replaced(copy[key], rest, by);
  if (key === 'length') return Object.defineProperty({ ...copy }, 'length', { value: inner });
  Object.defineProperty(copy, key, { value: inner, enumerable: true, configurable: true, writable: true });
  return copy;
}

/** With a checksum that fits, where one can be made. */
function resealed(value: unknown): unknown {
  try {
    return sealed(value as PrunerState, {});
  } catch {
    return value;
  }
}

describe('a hostile state', () => {
  const hostile = fc.record({
    edits: fc.array(fc.record({ path: fc.constantFrom(...PATHS), by: fc.nat(HOSTILE.length - 1) }), {
      minLength: 1,
      maxLength: 3,
    }),
    reseal: fc.boolean(),
    options: fc.constantFrom<ArrayOptions>(
      {},
      { rule: 'published' },
      { floor: { elements: 1 }, keepZeros: true },
    ),
    match: fc.constantFrom('name' as const, 'position' as const),
  });

  /** One for every outcome, which chance may pass by. */
  const ALWAYS = (
    [
      [['version'], 1.5],
      [['checksum'], 'x'],
      [['weights', 0, 'name'], 'x'],
      [['position'], 0.5],
    ] as const
  ).map(([path, by]): [typeof hostile extends fc.Arbitrary<infer T> ? T : never] => [
    {
      edits: [{ path, by: HOSTILE.indexOf(by) }],
      reseal: path[0] === 'weights' || path[0] === 'position',
      options: {},
      match: 'name',
    },
  ]);

  it('is refused with a PruneError and changes nothing, or is restored as it says', async () => {
    const states = new Map<ArrayOptions, PrunerState>();
    const codes = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(hostile, async ({ edits, reseal, options, match }) => {
        const state = states.get(options) ?? (await saved(options));
        states.set(options, state);
        const edited = edits.reduce<unknown>((value, { path, by }) => {
          try {
            return replaced(value, path, HOSTILE[by]);
          } catch {
            return HOSTILE[by];
          }
        }, state);
        const backend = createArrayBackend();
        const own = weights();
        const pruner = prune(own, { ...options, backend });
        await pruner.update(0.25);
        const before = [own.map(values), await pruner.save()];
        const outcome = await pruner.restore(reseal ? resealed(edited) : edited, { match }).then(
          () => 'restored',
          (error: unknown) => error,
        );
        expect(backend.liveMasks()).toBe(2);
        if (outcome === 'restored') {
          const { position, target, total } = await pruner.report();
          expect(position === null || Number.isFinite(position)).toBe(true);
          expect(target === null || options.rule === 'published' || (target >= 0 && target <= 1)).toBe(true);
          expect(total).toMatchObject({ elements: 12, revived: 0 });
          await pruner.restore(await pruner.save());
        } else {
          expect(outcome).toBeInstanceOf(PruneError);
          expect((outcome as PruneError).code).toMatch(/^(state-(corrupt|version|mismatch)|mask-mismatch)$/);
          expect((outcome as PruneError).message.length).toBeLessThan(5000);
          expect([own.map(values), await pruner.save()]).toEqual(before);
        }
        const key = outcome === 'restored' ? outcome : (outcome as PruneError).code;
        codes.set(key, (codes.get(key) ?? 0) + 1);
      }),
      { numRuns: Number(process.env.HOSTILE_RUNS ?? (inject('whole') ? 1000 : 200)), examples: ALWAYS },
    );
    // A run that never got beyond the first check would have tried nothing.
    for (const code of ['restored', 'state-corrupt', 'state-mismatch', 'state-version']) {
      expect(codes.get(code) ?? 0, code).toBeGreaterThan(0);
    }
  });
});

describe('a state with the right checksum is refused for', () => {
  it.each<[string, object, string]>([
    ['a target of 1e308', { target: 1e308 }, 'its target is 1e+308'],
    ['a target above 1', { target: 1.5 }, 'its target is 1.5'],
    ['a target below 0', { target: -0.5 }, 'its target is -0.5'],
    ['a target without a position', { position: null }, 'its position is null'],
    ['a position without a target', { target: null }, 'its target is null'],
  ])('%s', async (_name, changes, message) => {
    const pruner = prune(weights());
    const restoring = pruner.restore(sealed(await saved(), changes));
    await expect(restoring).rejects.toMatchObject({ code: 'state-corrupt' });
    await expect(restoring).rejects.toThrow(message);
  });

  it.each<[string, object, string]>([
    ['a negative number of kept elements', { kept: -1 }, 'keeps a part of 9 elements, the state says -1'],
    ['more kept elements than there are', { kept: 10 }, 'keeps a part of 9 elements, the state says 10'],
    ['a fraction of an element', { kept: 4.5 }, 'the state says 4.5'],
    ['a kept count that the mask does not have', { kept: 8 }, 'the state says 8'],
    ['bits beyond the elements', { mask: '/wM=' }, 'has bits beyond its 9 elements'],
    ['bits behind the padding', { mask: '/wF=' }, 'is no base64'],
    ['letters that base64 does not have', { mask: '/w-=' }, 'is no base64'],
    ['a mask that is too short', { mask: '/w==' }, 'needs 2 bytes, got 1'],
    ['a shape that is no shape', { shape: [-9] }, 'the shape of "a" is damaged'],
  ])('%s', async (_name, changes, message) => {
    const state = await saved();
    const pruner = prune(weights());
    const restoring = pruner.restore(sealed(state, withFirst(state, changes)));
    await expect(restoring).rejects.toMatchObject({ code: 'state-corrupt' });
    await expect(restoring).rejects.toThrow(message);
  });

  it('a target above 1 unless the rule is the published program, which takes it', async () => {
    const options = { rule: 'published' } as const;
    const pruner = prune(weights(), options);
    await pruner.restore(sealed(await saved(options), { target: 1.2 }));
    expect((await pruner.report()).target).toBe(1.2);
  });
});
