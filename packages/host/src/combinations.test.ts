import {
  constantSparsity,
  createPruner,
  erk,
  linearRamp,
  oneShot,
  type PatternOption,
  polynomialDecay,
  type Regrowth,
  randomMagnitude,
  randomScore,
  rigl,
  type ScoreOption,
  setRegrowth,
  synapticRamp,
  tensorScore,
  weightSeed,
} from '@synaprune/core';
import { acdc, amountOfRemaining, globalNormalized } from '@synaprune/core/methods';
import fc from 'fast-check';
import { describe, expect, inject, it } from 'vitest';
import { type HostWeight, hostBackend } from './index.js';

const END = 4;
const ramp = (to: number) => ({ from: to / 4, to, start: 0, end: END });

/** Schedules to a sparsity. AC/DC brings a regrowth of its own. */
const SCHEDULES = {
  constantSparsity,
  oneShot: (to: number) => oneShot({ to, at: 1 }),
  linearRamp: (to: number) => linearRamp(ramp(to)),
  polynomialDecay: (to: number) => polynomialDecay(ramp(to)),
  synapticRamp: (to: number) => synapticRamp(ramp(to)),
  amountOfRemaining: (to: number) => amountOfRemaining({ amount: 1 - (1 - to) ** (1 / 5) }),
  acdc: (to: number) => acdc({ to, start: 0, compressed: 1, dense: 1, end: END }).schedule,
} as const;

const PATTERNS = {
  element: { kind: 'element' },
  block: { kind: 'block', shape: [2, 2] },
  rows: { kind: 'channel', axis: 0 },
  columns: { kind: 'channel', axis: 1 },
  'n:m': { kind: 'n:m', keep: 1, of: 2, axis: 1 },
} as const satisfies Record<string, PatternOption>;

const DISTRIBUTIONS = {
  global: 'global',
  uniform: 'uniform',
  erk: 'erk',
  lamp: 'lamp',
  globalNormalized,
} as const;
const SCORES = ['magnitude', 'random', 'tensor'] as const;
const REGROWTHS = ['none', 'set', 'rigl'] as const;

interface Kernel {
  readonly name: string;
  readonly values: Float32Array<ArrayBuffer>;
  readonly scores: Float32Array<ArrayBuffer>;
  readonly shape: readonly [number, number];
}

describe('schedule × distribution × pattern × regrowth × score', () => {
  it('counts exactly, by rank, keeps what was dropped or its number, and drops what goes as one', async () => {
    const edge = fc.integer({ min: 1, max: 7 });
    const setup = fc.record({
      shapes: fc.array(fc.tuple(edge, edge), { minLength: 1, maxLength: 3 }),
      seed: fc.nat({ max: 2 ** 31 }),
      to: fc.integer({ min: 0, max: 18 }).map((twentieths) => twentieths / 20),
      schedule: fc.constantFrom(...(Object.keys(SCHEDULES) as (keyof typeof SCHEDULES)[])),
      distribution: fc.constantFrom(...(Object.keys(DISTRIBUTIONS) as (keyof typeof DISTRIBUTIONS)[])),
      pattern: fc.constantFrom(...(Object.keys(PATTERNS) as (keyof typeof PATTERNS)[])),
      regrowth: fc.constantFrom(...REGROWTHS),
      score: fc.constantFrom(...SCORES),
    });
    await fc.assert(fc.asyncProperty(setup, follow), { numRuns: inject('whole') ? 400 : 100 });
  });
});

interface Setup {
  readonly shapes: readonly (readonly [number, number])[];
  readonly seed: number;
  readonly to: number;
  readonly schedule: keyof typeof SCHEDULES;
  readonly distribution: keyof typeof DISTRIBUTIONS;
  readonly pattern: keyof typeof PATTERNS;
  readonly regrowth: (typeof REGROWTHS)[number];
  readonly score: (typeof SCORES)[number];
}

/** Goes through a run of five updates, and holds each against what was asked for. */
async function follow({ shapes, seed, to, ...names }: Setup): Promise<void> {
  const kernels = shapes.map((shape, i): Kernel => {
    const values = numbers(shape[0] * shape[1], seed + i);
    return { name: `w${i}`, values, scores: numbers(values.length, seed + 50 + i), shape };
  });
  const of = new Map(kernels.map(({ name, scores, shape }) => [name, { values: scores, shape }]));
  const isNOfM = names.pattern === 'n:m';
  const whole = isNOfM ? 0.5 : 1;
  const schedule = SCHEDULES[names.schedule](to * whole);
  const regrow = isNOfM ? undefined : regrowthOf(names, seed, of);
  const pruner = createPruner<HostWeight, never>({
    backend: hostBackend() as never,
    weights: kernels.map(({ name, values, shape }) => ({ name, weight: { values, shape } })),
    schedule,
    distribution: DISTRIBUTIONS[names.distribution],
    pattern: PATTERNS[names.pattern],
    score: scoreOf(names.score, seed, of),
    ...(regrow === undefined ? {} : { regrow }),
  });
  let before = kernels.map(({ values }) => new Uint8Array(values.length).fill(1));
  for (let position = 0; position <= END; position += 1) {
    const ranks = kernels.map((kernel) => ranksOf(kernel, names.score, seed));
    if (isNOfM && names.distribution === 'erk' && asksTooMuch(kernels, schedule(position))) {
      await expect(pruner.update(position)).rejects.toMatchObject({ code: 'invalid-sparsity' });
      break;
    }
    const { regrown = 0 } = await pruner.update(position);
    const after = (await pruner.masks())
      .map(({ bits }, i) => kernels[i]!.values.map((_, at) => (bits[at >> 3]! >> (at % 8)) & 1))
      .map((flags) => Uint8Array.from(flags));
    const units = kernels.map(({ shape }) => unitsOf(PATTERNS[names.pattern], shape));
    const gone = units.map(
      (own, i) => own.filter((members) => members.every((at) => after[i]![at] === 0)).length,
    );
    const was = units.map(
      (own, i) => own.filter((members) => members.every((at) => before[i]![at] === 0)).length,
    );
    const due = dueOf(kernels, units, names.distribution, schedule(position) / whole, isNOfM);
    const droppedSoFar = isNOfM ? kernels.map((_, i) => zeros(after[i]!)) : gone;
    const droppedBefore = isNOfM ? kernels.map((_, i) => zeros(before[i]!)) : was;

    // The count: what the target asks for, or, where nothing may come back, what was dropped already.
    for (const [members, budget] of due) {
      const own = sum(members.map((i) => droppedSoFar[i]!));
      const earlier = sum(members.map((i) => droppedBefore[i]!));
      expect(own).toBe(regrow === undefined ? Math.max(budget, earlier) : budget);
    }
    // What goes as one: all of it or nothing; of N of M at least N stay.
    for (const [i, own] of units.entries()) {
      for (const members of own) {
        const kept = sum(members.map((at) => after[i]![at]!));
        if (isNOfM) expect(kept).toBeGreaterThanOrEqual(Math.min(1, members.length));
        else expect([0, members.length]).toContain(kept);
      }
    }
    // Dropped is zero, +0; dropped stays dropped unless something may come back.
    for (const [i, { values }] of kernels.entries()) {
      values.forEach((value, at) => {
        if (after[i]![at] === 0) expect(Object.is(value, 0)).toBe(true);
        if (regrow === undefined) expect(after[i]![at]!).toBeLessThanOrEqual(before[i]![at]!);
      });
    }
    // The order: what went ranks no higher than what stays, of all or of its weight.
    if (names.pattern === 'element' && regrown === 0) {
      const together = names.distribution === 'global' ? [[...kernels.keys()]] : kernels.map((_, i) => [i]);
      for (const members of together) {
        const went = members.flatMap((i) =>
          ranks[i]!.filter((_, at) => before[i]![at] === 1 && after[i]![at] === 0),
        );
        const stays = members.flatMap((i) => ranks[i]!.filter((_, at) => after[i]![at] === 1));
        if (went.length > 0 && stays.length > 0) {
          expect(Math.max(...went)).toBeLessThanOrEqual(Math.min(...stays));
        }
      }
    }
    before = after;
    for (const [i, { values }] of kernels.entries()) {
      values.set(numbers(values.length, seed + 100 * (position + 1) + i));
    }
    await pruner.enforce();
  }
  pruner.dispose();
}

/** Whether small weights stay so dense that others are to lose more than half, which 1 of 2 cannot. */
function asksTooMuch(kernels: readonly Kernel[], sparsity: number): boolean {
  const weights = kernels.map(({ name, shape, values }) => ({ name, shape, elements: values.length }));
  return erk(weights, sparsity).some((part) => part > 0.5 * (1 + 2 ** -48));
}

/** Budgets, and which weights share each. */
function dueOf(
  kernels: readonly Kernel[],
  units: readonly (readonly (readonly number[])[])[],
  distribution: keyof typeof DISTRIBUTIONS,
  share: number,
  isNOfM: boolean,
): [members: number[], budget: number][] {
  const spare = units.map((own) =>
    isNOfM ? sum(own.map((members) => Math.max(0, members.length - 1))) : own.length,
  );
  const budget = (part: number, total: number) => Math.floor(Math.min(1, part) * total + 1e-9);
  if (distribution === 'uniform') return spare.map((own, i) => [[i], budget(share, own)]);
  if (distribution === 'erk') {
    const whole = isNOfM ? 0.5 : 1;
    const weights = kernels.map(({ name, shape, values }) => ({ name, shape, elements: values.length }));
    return erk(weights, share * whole).map((part, i) => [[i], budget(part / whole, spare[i]!)]);
  }
  return [[[...kernels.keys()], budget(share, sum(spare))]];
}

/** Flat indices of what goes as one, or of the groups of N of M. */
function unitsOf(pattern: PatternOption, [rows, columns]: readonly [number, number]): number[][] {
  const edges = {
    element: [1, 1],
    block: [2, 2],
    channel: pattern.kind === 'channel' && 'axis' in pattern && pattern.axis === 1 ? [rows, 1] : [1, columns],
    'n:m': [1, 2],
  }[pattern.kind] as [number, number];
  const boxes = new Map<string, number[]>();
  for (let at = 0; at < rows * columns; at += 1) {
    const key = `${Math.floor(Math.floor(at / columns) / edges[0])},${Math.floor((at % columns) / edges[1])}`;
    boxes.set(key, [...(boxes.get(key) ?? []), at]);
  }
  return [...boxes.values()];
}

function regrowthOf(
  { schedule, regrowth }: Pick<Setup, 'schedule' | 'regrowth'>,
  seed: number,
  of: ReadonlyMap<string, HostWeight>,
): Regrowth<HostWeight> | undefined {
  if (schedule === 'acdc') return acdc({ to: 0, start: 0, compressed: 1, dense: 1, end: END }).regrow;
  if (regrowth === 'set') return setRegrowth({ seed, end: END });
  if (regrowth === 'rigl') {
    const gradients = ({ name }: { readonly name: string }): HostWeight => of.get(name)!;
    return rigl<HostWeight>({ gradients, end: END });
  }
  return undefined;
}

function scoreOf(
  score: Setup['score'],
  seed: number,
  of: ReadonlyMap<string, HostWeight>,
): ScoreOption<HostWeight> {
  if (score === 'random') return randomScore({ seed });
  return score === 'tensor' ? tensorScore(({ name }) => of.get(name)!) : { kind: 'magnitude' };
}

function ranksOf({ name, values, scores }: Kernel, score: Setup['score'], seed: number): number[] {
  if (score === 'random') return Array.from(values, (_, at) => randomMagnitude(weightSeed(seed, name), at));
  return Array.from(score === 'tensor' ? scores : values, Math.abs);
}

/** Small whole numbers of either sign, many of them equal. */
function numbers(length: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length },
    (_, i) => (randomMagnitude(weightSeed(seed % 2 ** 32, 'n'), i) % 19) - 9,
  );
}

function zeros(flags: Uint8Array): number {
  return flags.length - sum(flags);
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}
