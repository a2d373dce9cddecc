import { describe, expect, it } from 'vitest';
import { joinSchedules, linearRamp, oneShot } from './index.js';

const early = linearRamp({ from: 0, to: 0.5, start: 0, end: 10 });
const late = linearRamp({ from: 0.5, to: 0.75, start: 20, end: 30 });

describe('joinSchedules', () => {
  it('asks each schedule from its place on, at the same positions', () => {
    const joined = joinSchedules({ schedules: [early, late], at: [20] });
    expect([0, 5, 10, 19, 20, 25, 30, 99].map(joined)).toEqual([0, 0.25, 0.5, 0.5, 0.5, 0.625, 0.75, 0.75]);
  });

  it('ends where the last one does, but not before that begins', () => {
    const whole = joinSchedules({ schedules: [early, late], at: [20] });
    expect([whole.end, whole.to]).toEqual([30, 0.75]);
    const soon = joinSchedules({ schedules: [early, oneShot({ to: 0.9, at: 3 })], at: [50] });
    expect([soon.end, soon.to]).toEqual([50, 0.9]);
    const endless = joinSchedules({ schedules: [early, () => 0.1], at: [5] });
    expect([endless.end, endless.to]).toEqual([undefined, undefined]);
  });

  it('of one is that one', () => {
    const alone = joinSchedules({ schedules: [early], at: [] });
    expect([alone(5), alone.end]).toEqual([0.25, 10]);
  });

  it.each([
    ['no schedules', { schedules: [], at: [] }, TypeError],
    ['numbers for schedules', { schedules: [0.5], at: [] }, TypeError],
    ['too few places', { schedules: [early, late], at: [] }, TypeError],
    ['places that do not ascend', { schedules: [early, late, late], at: [20, 20] }, RangeError],
    ['a place that is none', { schedules: [early, late], at: [Number.NaN] }, RangeError],
    ['a misspelt option', { schedules: [early], att: [] }, TypeError],
  ])('refuses %s', (_name, options, error) => {
    expect(() => joinSchedules(options as never)).toThrow(error);
  });
});
