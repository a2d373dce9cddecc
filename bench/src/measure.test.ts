import { describe, expect, it } from 'vitest';
import { measure, median } from './measure.js';

/** A clock that only moves when a candidate says so. */
function fakeClock() {
  let now = 0;
  const calls: string[] = [];
  const candidate = (name: string, costs: readonly number[]) => ({
    name,
    run: () => {
      now += costs[calls.filter((call) => call === name).length % costs.length]!;
      calls.push(name);
    },
  });
  return { clock: () => now, calls, candidate };
}

describe('measure', () => {
  it('runs every candidate once a round, and begins each round with another one', async () => {
    const { clock, calls, candidate } = fakeClock();
    await measure([candidate('a', [1]), candidate('b', [1]), candidate('c', [1])], {
      samples: 2,
      warmups: 1,
      clock,
    });
    expect(calls.join('')).toBe('abcbcacab');
  });

  it('gives median, minimum and sample count, without the warm-ups', async () => {
    const { clock, candidate } = fakeClock();
    const [timing] = await measure([candidate('a', [1000, 5, 3, 10, 4, 5])], {
      samples: 5,
      warmups: 1,
      clock,
    });
    expect(timing).toEqual({ name: 'a', median: 5, min: 3, samples: 5 });
  });

  it('waits for what prepares', async () => {
    const calls: string[] = [];
    const prepare = async () => {
      await null;
      calls.push('prepared');
    };
    await measure([{ name: 'a', run: () => calls.push('a') }], { samples: 2, warmups: 0, prepare });
    expect(calls).toEqual(['prepared', 'a', 'prepared', 'a']);
  });

  it('does not time what prepares', async () => {
    const { clock, candidate } = fakeClock();
    const slow = candidate('slow', [100]);
    const order: string[] = [];
    const [timing] = await measure(
      [
        {
          ...candidate('a', [7]),
          prepare: () => {
            order.push('own');
            slow.run();
          },
        },
      ],
      {
        samples: 1,
        warmups: 0,
        clock,
        prepare: () => {
          order.push('shared');
        },
      },
    );
    expect(timing!.median).toBe(7);
    expect(order).toEqual(['shared', 'own']);
  });

  it('waits for promises, and takes the word of another process', async () => {
    let now = 0;
    const [late, elsewhere] = await measure(
      [
        {
          name: 'late',
          run: async () => {
            await new Promise((resolve) => setImmediate(resolve));
            now += 3;
          },
        },
        { name: 'elsewhere', runElsewhere: async () => 42 },
      ],
      { samples: 1, clock: () => now },
    );
    expect([late!.median, elsewhere!.median]).toEqual([3, 42]);
  });

  it('stops early when time is up, but not before three rounds', async () => {
    const { clock, candidate } = fakeClock();
    const [timing] = await measure([candidate('a', [1])], { samples: 99, limitSeconds: -1, clock });
    expect(timing!.samples).toBe(3);
  });

  it('measures process CPU time unless told', async () => {
    const [busy, idle] = await measure(
      [
        {
          name: 'busy',
          run: () => {
            const end = process.cpuUsage().user + 20_000;
            while (process.cpuUsage().user < end);
          },
        },
        { name: 'idle', run: () => new Promise((resolve) => setTimeout(resolve, 20)) },
      ],
      { samples: 3 },
    );
    expect(busy!.median).toBeGreaterThan(19e6);
    expect(idle!.median).toBeLessThan(busy!.median);
  });
});

describe('median', () => {
  it('is the middle value, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5);
    expect(median([])).toBeNaN();
  });
});
