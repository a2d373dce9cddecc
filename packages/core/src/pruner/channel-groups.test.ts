import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChannelGroup } from '../index.js';
import { type ArrayWeight, createArrayBackend } from '../testing/array-backend.js';
import { dropLowest, inOrder, masksOf, type Net } from '../testing/grouped-channels.js';
import { createPruner } from './pruner.js';

/** Small whole numbers, so that many channels rank equal. */
function weightOf(shape: readonly number[], seed: number, most: number): ArrayWeight {
  let state = (seed * 2654435761) >>> 0;
  const count = shape.reduce((product, edge) => product * edge, 1);
  const values = Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.round((state / 2 ** 31 - 1) * most) / 4;
  });
  return { values, shape };
}

/**
 * A stem that a residual block adds to, a split of what the block makes inside, and a head: `stem [a, 3]`, `up [b, a]`
 * with its bias and scale, `left` and `right` that each read a half of it, and add up to the stem again, `head [2, a]`.
 */
function residual(a: number, b: number, seed: number, most: number) {
  const net: Net = {
    stem: weightOf([a, 3, 2], seed, most),
    up: weightOf([2 * b, a], seed + 1, most),
    'up.bias': weightOf([2 * b], seed + 2, most),
    left: weightOf([a, b], seed + 3, most),
    right: weightOf([a, b, 2], seed + 4, most),
    head: weightOf([2, a], seed + 5, most),
  };
  const stream = (tensor: string, axis: number, side: 'makes' | 'reads') =>
    ({ tensor, axis, side, channels: inOrder(a) }) as const;
  const groups: ChannelGroup[] = [
    {
      name: 'stem[0]',
      kind: 'channels',
      channels: a,
      members: [
        stream('stem', 0, 'makes'),
        stream('up', 1, 'reads'),
        stream('left', 0, 'makes'),
        stream('right', 0, 'makes'),
        stream('head', 1, 'reads'),
      ],
    },
    {
      name: 'up[0]',
      channels: 2 * b,
      members: [
        { tensor: 'up', axis: 0, side: 'makes', channels: inOrder(2 * b) },
        { tensor: 'up.bias', axis: 0, side: 'along', channels: inOrder(2 * b) },
        { tensor: 'left', axis: 1, side: 'reads', channels: inOrder(b) },
        { tensor: 'right', axis: 1, side: 'reads', channels: inOrder(b).map((i) => b + i) },
      ],
    },
  ];
  return { net, groups };
}

const listed = (net: Net) => Object.entries(net).map(([name, weight]) => ({ name, weight }));
const flagsOf = (masks: readonly { name: string; shape: readonly number[]; bits: Uint8Array }[]) =>
  Object.fromEntries(
    masks.map(({ name, shape, bits }) => {
      const count = shape.reduce((product, edge) => product * edge, 1);
      return [name, inOrder(count).map((i) => (bits[i >> 3]! >> (i % 8)) & 1)];
    }),
  );

describe('groups of channels', () => {
  it('lose the lowest channels, whole and in every weight, as sorting them says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          a: fc.integer({ min: 2, max: 5 }),
          b: fc.integer({ min: 1, max: 4 }),
          seed: fc.nat(10_000),
          most: fc.constantFrom(0, 1, 6, 1000),
          pool: fc.constantFrom('l2' as const, 'mean' as const, 'max' as const),
          targets: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
        }),
        async ({ a, b, seed, most, pool, targets }) => {
          const { net, groups } = residual(a, b, seed, most);
          const pruner = createPruner({
            backend: createArrayBackend(),
            weights: listed(net),
            schedule: (sparsity) => sparsity,
            pattern: { kind: 'channel', groups, pool },
          });
          let kept = groups.map(({ channels }) => inOrder(channels).map(() => true));
          for (const target of targets.sort((x, y) => x - y)) {
            const budget = Math.floor(target * (a + 2 * b) + 1e-9);
            const next = dropLowest(net, groups, kept, budget, pool);
            if (next === 'floor-conflict') {
              await expect(pruner.update(target)).rejects.toMatchObject({ code: 'floor-conflict' });
              break;
            }
            await pruner.update(target);
            kept = next;
            const masks = masksOf(net, groups, kept);
            expect(flagsOf(await pruner.masks())).toEqual(masks);
            for (const [name, { values }] of Object.entries(net)) {
              expect(masks[name]!.every((flag, i) => flag === 1 || Object.is(values[i], 0))).toBe(true);
            }
            // A weight always keeps something.
            expect(Object.values(masks).every((flags) => flags.includes(1))).toBe(true);
          }
          const report = await pruner.report();
          expect(report.groups).toEqual(
            groups.map(({ name, channels }, g) => ({
              name,
              channels,
              kept: inOrder(channels).filter((channel) => kept[g]![channel]),
            })),
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it('rank by kernels that make them: neither biases, nor what reads them, nor what goes along', async () => {
    const net: Net = {
      kernel: { values: Float32Array.of(3, 4, 1, 1, 2, 0.5), shape: [3, 2] },
      bias: { values: Float32Array.of(0, 100, 0), shape: [3] },
      next: { values: Float32Array.of(0, 100, 0), shape: [1, 3] },
    };
    const channels = inOrder(3);
    const groups: ChannelGroup[] = [
      {
        name: 'kernel[0]',
        channels: 3,
        members: [
          { tensor: 'kernel', axis: 0, side: 'makes', channels },
          { tensor: 'bias', axis: 0, side: 'makes', channels },
          { tensor: 'next', axis: 1, side: 'reads', channels },
        ],
      },
    ];
    const pruner = createPruner({
      backend: createArrayBackend(),
      weights: listed(net),
      schedule: () => 0.5,
      pattern: { kind: 'channel', groups },
    });
    expect(await pruner.update(0)).toEqual({
      position: 0,
      target: 0.5,
      dropped: 4,
      sparsity: 4 / 12,
      notices: [],
    });
    expect([...net.kernel!.values]).toEqual([3, 4, 0, 0, 2, 0.5]);
    expect([...net.bias!.values]).toEqual([0, 0, 0]);
    expect([...net.next!.values]).toEqual([0, 0, 0]);
    const { total, groups: counts } = await pruner.report();
    expect(total).toMatchObject({ elements: 12, dropped: 4, revived: 0 });
    expect(counts).toEqual([{ name: 'kernel[0]', channels: 3, kept: [0, 2] }]);
  });

  it('leave weights alone that no group names, and groups whose kernels select does not pick', async () => {
    const { net, groups } = residual(4, 2, 1, 1000);
    const prune = (select?: RegExp) =>
      createPruner({
        backend: createArrayBackend(),
        weights: [...listed(net), { name: 'other', weight: weightOf([3], 9, 4) }],
        schedule: () => 0.25,
        pattern: { kind: 'channel', groups },
        ...(select === undefined ? {} : { select }),
      });
    expect((await prune().masks()).map(({ name }) => name)).toEqual(Object.keys(net));
    const up = prune(/^up/);
    expect((await up.masks()).map(({ name }) => name)).toEqual(['up', 'up.bias', 'left', 'right']);
    await up.update(0);
    expect((await up.report()).groups?.map(({ name, kept }) => [name, kept.length])).toEqual([['up[0]', 3]]);
    expect(() => prune(/^head/)).toThrow(expect.objectContaining({ code: 'no-weights' }));
  });

  it('get the same sparsity each where the distribution is uniform, and a floor of their channels', async () => {
    const { net, groups } = residual(4, 4, 3, 1000);
    for (const i of net.stem!.values.keys()) net.stem!.values[i]! *= 1000;
    const keptWith = async (options: object) => {
      const copies = Object.fromEntries(
        Object.entries(net).map(([name, { values, shape }]) => [name, { values: values.slice(), shape }]),
      );
      const pruner = createPruner({
        backend: createArrayBackend(),
        weights: listed(copies),
        schedule: () => 0.5,
        pattern: { kind: 'channel', groups },
        ...options,
      });
      await pruner.update(0);
      return (await pruner.report()).groups!.map(({ kept }) => kept.length);
    };
    expect(await keptWith({})).toEqual([4, 2]);
    expect(await keptWith({ floor: 0.5 })).toEqual([2, 4]);
    expect(await keptWith({ distribution: 'uniform' })).toEqual([2, 4]);
  });
});

describe('a state of groups', () => {
  const groupsOf = (more: Partial<ChannelGroup> = {}): ChannelGroup[] => {
    const { groups } = residual(4, 2, 1, 1000);
    return [{ ...groups[0]!, ...more }, groups[1]!];
  };
  const prune = (net: Net, groups: readonly ChannelGroup[], pool?: 'max') =>
    createPruner({
      backend: createArrayBackend(),
      weights: listed(net),
      schedule: (sparsity) => sparsity,
      pattern: { kind: 'channel', groups, ...(pool === undefined ? {} : { pool }) },
    });

  it('goes on elsewhere as if never interrupted, also under other names', async () => {
    const run = async (interrupted: boolean) => {
      const { net } = residual(4, 2, 1, 1000);
      let pruner = prune(net, groupsOf());
      await pruner.update(0.25);
      if (interrupted) {
        const state = JSON.parse(JSON.stringify(await pruner.save()));
        const names = Object.fromEntries(Object.keys(net).map((name) => [name, `new/${name}`]));
        const renamed = Object.fromEntries(
          Object.entries(net).map(([name, weight]) => [names[name], weight]),
        );
        const groups = groupsOf().map(({ name, members, ...rest }) => ({
          ...rest,
          name: `new ${name}`,
          members: members.map((member) => ({ ...member, tensor: names[member.tensor]! })),
        }));
        pruner = prune(renamed, groups);
        await pruner.restore(state, { names });
      }
      await pruner.update(0.6);
      return (await pruner.masks()).map(({ bits }) => [...bits]);
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('is refused by another pooling, by other groups, and by channels that are no groups', async () => {
    const { net } = residual(4, 2, 1, 1000);
    const state = await prune(net, groupsOf()).save();
    expect(state.pattern).toEqual({ kind: 'channel', groups: 2, digest: expect.any(String), pool: 'l2' });
    const [first, second] = groupsOf();
    const others = [
      prune(net, groupsOf(), 'max'),
      prune(net, [second!, first!]),
      prune(net, [
        {
          ...first!,
          members: first!.members.map((one, i) => (i > 0 ? one : { ...one, channels: [1, 0, 2, 3] })),
        },
        second!,
      ]),
      createPruner({
        backend: createArrayBackend(),
        weights: listed(net),
        schedule: () => 0,
        pattern: { kind: 'channel', axis: 0 },
      }),
    ];
    for (const other of others) {
      await expect(other.restore(state)).rejects.toMatchObject({
        code: 'state-mismatch',
        message: expect.stringContaining('pattern'),
      });
    }
  });

  it('is refused where its masks drop a channel in one weight and not in another', async () => {
    const { net, groups } = residual(4, 2, 1, 1000);
    const pruner = prune(net, groups);
    await pruner.update(0.4);
    const masks = await pruner.masks();
    await pruner.restore(masks);
    const partly = masks.map((mask) =>
      mask.name === 'up.bias' ? { name: mask.name, bits: Uint8Array.of(0b1111) } : mask,
    );
    await expect(pruner.restore(partly)).rejects.toMatchObject({
      code: 'mask-mismatch',
      message: expect.stringContaining('drops a part of one, or what another weight keeps'),
    });
    expect(() =>
      createPruner({
        backend: createArrayBackend(),
        weights: listed(net),
        schedule: () => 0,
        pattern: { kind: 'channel', groups },
        masks: masks.slice(0, 1),
      }),
    ).toThrow(expect.objectContaining({ code: 'mask-mismatch' }));
  });
});

describe('channels that grow back', () => {
  it('come back in all weights, as many as go beyond the target', async () => {
    const { net, groups } = residual(6, 4, 5, 1000);
    const pruner = createPruner({
      backend: createArrayBackend(),
      weights: listed(net),
      schedule: (sparsity) => sparsity,
      pattern: { kind: 'channel', groups },
      regrow: { by: { kind: 'random', seed: 3 }, fraction: 0.4 },
    });
    await pruner.update(0.5);
    const before = (await pruner.report()).groups!;
    expect(await pruner.update(0.5)).toMatchObject({ regrown: 2 });
    const after = (await pruner.report()).groups!;
    expect(after.map(({ kept }) => kept.length).reduce((sum, one) => sum + one)).toBe(7);
    expect(after).not.toEqual(before);
    const kept = after.map(({ channels, kept: own }) => inOrder(channels).map((one) => own.includes(one)));
    expect(flagsOf(await pruner.masks())).toEqual(masksOf(net, groups, kept));
  });
});

describe('groups that cannot be', () => {
  const whole = () => residual(3, 2, 1, 4);
  const start = (groups: unknown, more: object = {}) => {
    createPruner({
      backend: createArrayBackend(),
      weights: listed(whole().net),
      schedule: () => 0,
      pattern: { kind: 'channel', groups, ...more } as never,
    });
  };
  const [stem, up] = whole().groups as [ChannelGroup, ChannelGroup];
  const changed = (member: object) => [stem, { ...up, members: [{ ...up.members[0]!, ...member }] }];

  it.each<[string, unknown, string]>([
    ['are no list', 'graph', 'pattern.groups to be a list of at least one group, got "graph"'],
    ['are none', [], 'at least one group'],
    ['have an unknown key', [{ ...stem, axes: [] }], 'no option "axes" in pattern.groups[0]'],
    [
      'have a member with an unknown key',
      changed({ weight: 'up' }),
      '"weight" in pattern.groups[1].members[0]',
    ],
    ['share a name', [stem, { ...up, name: 'stem[0]' }], 'two groups of the pattern are named "stem[0]"'],
    ['are of an unknown kind', [{ ...stem, kind: 'rows' }], 'pattern.groups[0].kind'],
    ['have no channels', [{ ...stem, channels: 0 }], 'pattern.groups[0].channels'],
    ['have no members', [{ ...stem, members: [] }], 'pattern.groups[0].members'],
    ['say no side', changed({ side: 'writes' }), 'pattern.groups[1].members[0].side'],
    [
      'have a channel beyond',
      changed({ channels: [0, 1, 2, 4] }),
      'channels[3] to be a channel of 4, or −1, got 4',
    ],
    ['have a channel nowhere', changed({ channels: [0, 1, 2, -1] }), 'no tensor of it has channel 3'],
    [
      'share an index',
      [stem, { ...stem, name: 'again' }],
      'index 0 along axis 0 of "stem" is of the group "again" and of "stem[0]"',
    ],
  ])('%s', (_, groups, message) => {
    expect(() => start(groups)).toThrow(message);
  });

  it('say an axis and groups', () => {
    expect(() => start([stem], { axis: 0 })).toThrow('pattern.axis or pattern.groups, not both');
  });

  it.each<[string, unknown, string]>([
    [
      'a tensor that is no weight',
      changed({ tensor: 'upp' }),
      '"upp" of the group "up[0]" is none of the weights; did you mean "up"?',
    ],
    [
      'another length',
      changed({ channels: [0, 1, 2, 3, -1] }),
      'each of 5 indices along axis 0 of "up" is; the weight has the shape [4,3], 4 indices there',
    ],
    [
      'an axis that is not there',
      changed({ axis: 2 }),
      'along axis 2 of "up" is; the weight has the shape [4,3], 2 axes',
    ],
  ])('name %s', (_, groups, message) => {
    expect(() => start(groups)).toThrow(
      expect.objectContaining({ code: 'group-mismatch', message: expect.stringContaining(message) }),
    );
  });

  it('would go altogether', async () => {
    const { net, groups } = whole();
    const pruner = createPruner({
      backend: createArrayBackend(),
      weights: listed(net),
      schedule: (sparsity) => sparsity,
      pattern: { kind: 'channel', groups },
    });
    await expect(pruner.update(1)).rejects.toMatchObject({
      code: 'floor-conflict',
      message: expect.stringContaining('and a channel of every group and for every weight'),
    });
    // Both halves of what is split keep one, and so does the stem.
    await pruner.update(4 / 7);
    expect((await pruner.report()).groups!.map(({ kept }) => kept.length)).toEqual([1, 2]);
  });
});
