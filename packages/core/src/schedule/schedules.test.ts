import { describe, expect, it } from 'vitest';
import {
  constantSparsity,
  cosineRamp,
  linearRamp,
  oneShot,
  polynomialDecay,
  type Schedule,
  synapticRamp,
} from './index.js';

const positions = Array.from({ length: 21 }, (_, i) => i);

// Written out from the published curves, warm-up 2 and horizon 20, to six digits.
const published: [string, Schedule, number[]][] = [
  [
    'synapticRamp .3 to .7',
    synapticRamp({ from: 0.3, to: 0.7, start: 2, end: 20 }),
    [
      0, 0, 0.3, 0.300069, 0.300549, 0.301852, 0.30439, 0.308573, 0.314815, 0.323525, 0.335117, 0.35,
      0.368587, 0.391289, 0.418519, 0.450686, 0.488203, 0.531481, 0.580933, 0.636968, 0.7,
    ],
  ],
  [
    'polynomialDecay .3 to .7',
    polynomialDecay({ from: 0.3, to: 0.7, start: 2, end: 20 }),
    [
      0, 0, 0.3, 0.363032, 0.419067, 0.468519, 0.511797, 0.549314, 0.581481, 0.608711, 0.631413, 0.65,
      0.664883, 0.676475, 0.685185, 0.691427, 0.69561, 0.698148, 0.699451, 0.699931, 0.7,
    ],
  ],
  [
    'polynomialDecay 0 to .7',
    polynomialDecay({ from: 0, to: 0.7, start: 2, end: 20 }),
    [
      0, 0, 0, 0.110305, 0.208368, 0.294907, 0.370645, 0.4363, 0.492593, 0.540243, 0.579973, 0.6125, 0.638546,
      0.658831, 0.674074, 0.684997, 0.692318, 0.696759, 0.69904, 0.69988, 0.7,
    ],
  ],
  [
    'synapticRamp .1 to .5',
    synapticRamp({ from: 0.1, to: 0.5, start: 2, end: 20 }),
    [
      0, 0, 0.1, 0.100069, 0.100549, 0.101852, 0.10439, 0.108573, 0.114815, 0.123525, 0.135117, 0.15,
      0.168587, 0.191289, 0.218519, 0.250686, 0.288203, 0.331481, 0.380933, 0.436968, 0.5,
    ],
  ],
  [
    'synapticRamp .01 to .5 from 5 on',
    synapticRamp({ from: 0.01, to: 0.5, start: 5, end: 20 }),
    [
      0, 0, 0, 0, 0, 0.01, 0.010145, 0.011161, 0.01392, 0.019292, 0.028148, 0.04136, 0.059799, 0.084335,
      0.11584, 0.155185, 0.203241, 0.26088, 0.328972, 0.408388, 0.5,
    ],
  ],
];

describe('ramps', () => {
  it.each(published)('%s follows the published table', (_name, schedule, expected) => {
    for (const position of positions) expect(schedule(position)).toBeCloseTo(expected[position]!, 6);
  });

  const ramps = { synapticRamp, polynomialDecay, linearRamp, cosineRamp };
  const each = Object.entries(ramps);

  it.each(each)('%s reaches both ends exactly and stays there', (_name, ramp) => {
    const schedule = ramp({ from: 0.1, to: 0.9, start: 3, end: 7 });
    expect([schedule(-5), schedule(2.999), schedule(3), schedule(7), schedule(1e9)]).toEqual([
      0, 0, 0.1, 0.9, 0.9,
    ]);
  });

  it.each(each)('%s never falls and never leaves its ends', (_name, ramp) => {
    const schedule = ramp({ from: 0.2, to: 0.6, start: 0, end: 1000 });
    for (let i = 1; i <= 1000; i += 1) {
      expect(schedule(i)).toBeGreaterThanOrEqual(schedule(i - 1));
      expect(schedule(i)).toBeLessThanOrEqual(0.6);
    }
  });

  it.each(each)('%s accepts fractions of a position', (_name, ramp) => {
    const schedule = ramp({ from: 0, to: 1, start: 0, end: 1 });
    expect(schedule(0.25)).toBeGreaterThan(0);
    expect(schedule(0.25)).toBeLessThan(schedule(0.75));
  });

  it.each([
    ['from below 0', { from: -0.1, to: 0.5, start: 0, end: 1 }, RangeError],
    ['to above 1', { from: 0.1, to: 1.2, start: 0, end: 1 }, RangeError],
    ['from above to', { from: 0.7, to: 0.3, start: 0, end: 1 }, RangeError],
    ['end at start', { from: 0.1, to: 0.5, start: 4, end: 4 }, RangeError],
    ['end before start', { from: 0.1, to: 0.5, start: 4, end: 3 }, RangeError],
    ['a NaN sparsity', { from: Number.NaN, to: 0.5, start: 0, end: 1 }, RangeError],
    ['an endless horizon', { from: 0.1, to: 0.5, start: 0, end: Number.POSITIVE_INFINITY }, RangeError],
    ['a length beyond all numbers', { from: 0.1, to: 0.5, start: -1e308, end: 1e308 }, RangeError],
    ['text for a number', { from: '0.1' as unknown as number, to: 0.5, start: 0, end: 1 }, TypeError],
    ['a missing field', { from: 0.1, to: 0.5, start: 0 } as never, TypeError],
  ])('refuse %s', (_name, options, error) => {
    for (const ramp of Object.values(ramps)) expect(() => ramp(options)).toThrow(error);
  });

  it('say what was needed and what was got', () => {
    expect(() => synapticRamp({ from: 0.1, to: 1.2, start: 0, end: 1 })).toThrow(
      'synapticRamp needs `to` in [0, 1], got 1.2',
    );
  });

  it('cosineRamp is half-way in the middle and slow at both ends', () => {
    const schedule = cosineRamp({ from: 0, to: 0.8, start: 0, end: 10 });
    expect(schedule(5)).toBeCloseTo(0.4, 12);
    expect(schedule(1)).toBeCloseTo(0.8 * 0.0244717, 6);
  });

  it.each([0, -1, Number.NaN])('polynomialDecay refuses power %s', (power) => {
    expect(() => polynomialDecay({ from: 0, to: 0.5, start: 0, end: 1, power })).toThrow(RangeError);
  });

  it('polynomialDecay with power 1 is the straight line', () => {
    const curve = polynomialDecay({ from: 0, to: 0.5, start: 0, end: 10, power: 1 });
    for (const position of positions) {
      expect(curve(position)).toBeCloseTo(linearRamp({ from: 0, to: 0.5, start: 0, end: 10 })(position), 12);
    }
  });
});

describe('constantSparsity', () => {
  it('is the same everywhere', () => {
    expect([-1, 0, 1e9].map(constantSparsity(0.25))).toEqual([0.25, 0.25, 0.25]);
  });

  it.each([-0.1, 1.1, Number.NaN])('refuses %s', (sparsity) => {
    expect(() => constantSparsity(sparsity)).toThrow(RangeError);
  });
});

describe('oneShot', () => {
  it('prunes everything at once and not before', () => {
    const schedule = oneShot({ to: 0.7, at: 10 });
    expect([0, 9.99, 10, 11].map(schedule)).toEqual([0, 0, 0.7, 0.7]);
  });

  it('refuses a sparsity above 1 and a place that is no number', () => {
    expect(() => oneShot({ to: 1.2, at: 0 })).toThrow(RangeError);
    expect(() => oneShot({ to: 0.5, at: Number.NaN })).toThrow(RangeError);
  });
});

describe('where a schedule ends', () => {
  const ramp = { from: 0.1, to: 0.5, start: 2, end: 8 };

  it.each([
    ['synapticRamp', synapticRamp(ramp), 8, 0.5],
    ['polynomialDecay', polynomialDecay({ ...ramp, power: 2 }), 8, 0.5],
    ['linearRamp', linearRamp(ramp), 8, 0.5],
    ['cosineRamp', cosineRamp(ramp), 8, 0.5],
    ['oneShot', oneShot({ to: 0.7, at: 3 }), 3, 0.7],
    ['constantSparsity', constantSparsity(0.4), undefined, 0.4],
  ])('%s carries', (_name, schedule, end, to) => {
    expect([schedule.end, schedule.to]).toEqual([end, to]);
    expect(schedule(end ?? 0)).toBe(to);
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(linearRamp(ramp))).toBe(true);
  });
});

describe('options of a schedule', () => {
  const ramp = { from: 0.1, to: 0.5, start: 2, end: 8 };

  it.each([
    [() => linearRamp({ ...ramp, power: 3 } as never), 'linearRamp has no option "power"'],
    [() => cosineRamp({ ...ramp, power: 3 } as never), 'cosineRamp has no option "power"'],
    [
      () => synapticRamp({ ...ramp, form: 0 } as never),
      'synapticRamp has no option "form"; did you mean "from"? It takes from, to, start, end',
    ],
    [
      () => polynomialDecay({ ...ramp, powr: 3 } as never),
      'polynomialDecay has no option "powr"; did you mean "power"? It takes from, to, start, end, power',
    ],
    [() => oneShot({ to: 0.5, at: 1, start: 0 } as never), 'oneShot has no option "start"'],
    [() => linearRamp(undefined as never), 'linearRamp needs an object of options, got undefined'],
    [() => polynomialDecay(null as never), 'polynomialDecay needs an object of options, got null'],
    [() => oneShot(undefined as never), 'oneShot needs an object of options, got undefined'],
  ])('that is unknown or missing is refused by name', (make, message) => {
    expect(make).toThrow(TypeError);
    expect(make).toThrow(message);
  });
});
