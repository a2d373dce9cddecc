import { describe, expect, it } from 'vitest';
import { arrayWeight } from '../testing/array-backend.js';
import { type ArrayOptions, prune } from '../testing/prune.js';
import { requireAgreement } from './require-agreement.js';

const two = () => [arrayWeight(1, 2, 3, 4), arrayWeight(10, 20, 30, 40)];

describe('a digest', () => {
  it('is that of the masks, the position, the target and the options, and of nothing else', async () => {
    const one = prune(two());
    const fresh = await one.digest();
    expect(fresh).toMatch(/^none:[0-9a-f]{16}$/);
    await one.update(0.25);
    const digest = await one.digest();
    expect(digest).toMatch(/^0\.25:[0-9a-f]{16}$/);
    // Other values, the same masks.
    const other = prune([arrayWeight(5, 6, 70, 80), arrayWeight(100, 200, 300, 400)]);
    await other.update(0.25);
    expect(await other.digest()).toBe(digest);
    // What it has not done is not held against it.
    await other.report();
    expect(await other.digest()).toBe(digest);
  });

  it.each([
    ['a mask', { weights: [arrayWeight(4, 3, 2, 1), arrayWeight(10, 20, 30, 40)] }, 0.25],
    ['a position', {}, 0.2501],
    ['an option', { options: { floor: 0.1 } }, 0.25],
    ['a distribution', { options: { distribution: 'lamp' } }, 0.25],
  ] satisfies [string, { weights?: ReturnType<typeof two>; options?: ArrayOptions }, number][])(
    'is another where %s is',
    async (_name, changed: { weights?: ReturnType<typeof two>; options?: ArrayOptions }, position) => {
      const { weights = two(), options = {} } = changed;
      const one = prune(two());
      await one.update(0.25);
      const other = prune(weights, options);
      await other.update(position);
      expect((await other.digest()).split(':')[1]).not.toBe((await one.digest()).split(':')[1]);
    },
  );

  it('is the same after a round through a state', async () => {
    const one = prune(two());
    await one.update(0.5);
    const other = prune(two());
    await other.restore(JSON.parse(JSON.stringify(await one.save())));
    expect(await other.digest()).toBe(await one.digest());
  });

  it('is refused of a pruner that is gone', async () => {
    const one = prune(two());
    one.dispose();
    await expect(one.digest()).rejects.toMatchObject({ code: 'disposed' });
  });
});

describe('requireAgreement', () => {
  const replica = async (position: number, weights = two(), options = {}) => {
    const pruner = prune(weights, options);
    await pruner.update(position);
    return pruner;
  };

  it('has nothing to say of replicas that agree, by digest or by state', async () => {
    const all = await Promise.all([1, 2, 3].map(() => replica(0.5)));
    const digests = await Promise.all(all.map((one) => one.digest()));
    expect(() => requireAgreement({ a: digests[0]!, b: digests[1]!, c: digests[2]! })).not.toThrow();
    const [a, b, c] = await Promise.all(all.map((one) => one.save()));
    expect(() => requireAgreement({ a: a!, b: b!, c: c! })).not.toThrow();
    expect(() => requireAgreement({ a: digests[0]!, b: b! })).not.toThrow();
    expect(() => requireAgreement({})).not.toThrow();
  });

  it('says which replica, at which update, and that states say more', async () => {
    const [one, other] = [await replica(0.25), await replica(0.25, [arrayWeight(4, 3, 2, 1), two()[1]!])];
    const digests = { a: await one.digest(), b: await one.digest(), c: await other.digest() };
    try {
      requireAgreement(digests);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'replica-mismatch' });
      expect((error as Error).message).toBe(
        `at update 0.25, "c" differs from "a": its digest is ${digests.c}, needed ${digests.a}; their states say which weights`,
      );
    }
  });

  it('says of states which weight differs, and in how many elements', async () => {
    const one = await replica(0.25);
    const other = await replica(0.25, [arrayWeight(4, 3, 2, 1), two()[1]!]);
    const states = { one: await one.save(), other: await other.save() };
    expect(() => requireAgreement(states)).toThrow(
      'at update 0.25, "other" differs from "one": 4 elements of the mask of "a"',
    );
  });

  it('says that one is at another update', async () => {
    const states = { a: await (await replica(0.5)).save(), b: await (await replica(0.25)).save() };
    expect(() => requireAgreement(states)).toThrow(
      'at update 0.5, "b" differs from "a": it is at update 0.25',
    );
  });

  it('says which option differs, and which weights there are', async () => {
    const a = await (await replica(0.5)).save();
    const b = await (await replica(0.5, two(), { floor: 0.25 })).save();
    expect(() => requireAgreement({ a, b })).toThrow('"b" differs from "a": floor is 0.25, needed 0');
    const remembered = { ...a, remembered: { score: 'AAAA' } };
    expect(() => requireAgreement({ a, b: remembered })).toThrow('what its scores remember is other');
    const c = await (await replica(0.5, [two()[0]!])).save();
    expect(() => requireAgreement({ a, c })).toThrow('it has the weights "a", needed "a", "b"');
  });

  it.each([[undefined], [{ a: 1, b: 2 }], [{ a: {}, b: 'x' }]])('refuses %o', (replicas) => {
    expect(() => requireAgreement(replicas as never)).toThrow(TypeError);
  });
});
