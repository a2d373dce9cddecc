import { readFileSync } from 'node:fs';
import { createPruner, elementBudget, polynomialDecay } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { hostBackend } from './host-backend.js';

/*
 * Other tools' figures, made by running them (fixtures/make-peers.py). docs/coming-from.md says in words what is
 * asserted here.
 */

interface Peers {
  readonly masks: readonly {
    readonly name: string;
    readonly shapes: readonly (readonly number[])[];
    /** float32, little endian, base64, one text a weight. */
    readonly weights: readonly string[];
    readonly amounts: readonly number[];
    /** After each amount the mask of each weight: bits as this project packs them, base64. */
    readonly masks: readonly (readonly string[])[];
  }[];
  readonly counts: readonly (readonly [elements: number, amount: number, pruned: number])[];
  readonly ties: {
    readonly weights: readonly number[];
    readonly sparsities: readonly number[];
    readonly jaxpruner: readonly (readonly number[])[];
    readonly tfmot: readonly (readonly number[])[];
  };
  readonly schedules: {
    readonly tfmot: readonly (Ramp & { readonly from: number })[];
    readonly jaxpruner: readonly Ramp[];
  };
}

interface Ramp {
  readonly to: number;
  readonly start: number;
  readonly end: number;
  readonly power: number;
  readonly steps: readonly number[];
  readonly sparsities: readonly number[];
}

const peers = JSON.parse(readFileSync(new URL('./fixtures/peers.json', import.meta.url), 'utf8')) as Peers;

const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));
const product = (shape: readonly number[]) => shape.reduce((size, edge) => size * edge, 1);
const droppedIn = (mask: Uint8Array, elements: number) => {
  let dropped = 0;
  for (let i = 0; i < elements; i += 1) if (((mask[i >> 3]! >> (i % 8)) & 1) === 0) dropped += 1;
  return dropped;
};

describe('torch.nn.utils.prune', () => {
  it.each(peers.masks)('drops the same elements, given the same counts: $name', async (peer) => {
    const elements = peer.shapes.map(product);
    const alone = peer.name.endsWith('each by itself');
    const weights = peer.weights.map((text, i) => ({
      name: `w${i}`,
      weight: { values: new Float32Array(bytesOf(text).buffer), shape: [...peer.shapes[i]!] },
    }));
    // Weights that torch prunes each by itself get a pruner each, because their counts are rounded apart.
    const groups = alone ? weights.map((_, i) => [i]) : [weights.map((_, i) => i)];
    for (const group of groups) {
      const total = group.reduce((sum, i) => sum + elements[i]!, 0);
      const targets = peer.masks.map((masks) => {
        const dropped = group.reduce((sum, i) => sum + droppedIn(bytesOf(masks[i]!), elements[i]!), 0);
        return dropped / total;
      });
      const pruner = createPruner({
        backend: hostBackend(),
        weights: group.map((i) => weights[i]!),
        schedule: (position) => targets[position]!,
      });
      for (const [step, masks] of peer.masks.entries()) {
        await pruner.update(step);
        const state = await pruner.save();
        expect(state.weights.map(({ mask }) => mask)).toEqual(group.map((i) => masks[i]!));
      }
      pruner.dispose();
    }
  });

  it('rounds where we floor: one element more in 242 of 707 pairs, never another difference', () => {
    const differences = peers.counts.map(
      ([elements, amount, pruned]) => pruned - elementBudget(amount, elements),
    );
    expect(new Set(differences)).toEqual(new Set([0, 1]));
    expect(differences.filter((difference) => difference === 1).length).toBe(242);
    expect(peers.counts.length).toBe(707);
  });

  it('takes an amount of what remains, so that three times .2 are .488 of all', () => {
    const peer = peers.masks.find(({ name }) => name === 'again and again, of what remains')!;
    const dropped = peer.masks.map(([mask]) => droppedIn(bytesOf(mask!), 500));
    expect(dropped).toEqual([100, 180, 244]);
  });
});

describe('equal magnitudes', () => {
  const { ties } = peers;

  it('are the five of eight that all tools were given', () => {
    expect(ties.weights.filter((weight) => Math.abs(weight) === 1).length).toBe(5);
    expect(ties.sparsities).toEqual([0.25, 0.5, 1]);
  });

  it('go from the lower index on here, stay from it on in jaxpruner, and all stay in tfmot', async () => {
    const kept = async (sparsity: number) => {
      const weight = Float32Array.from(ties.weights);
      const backend = hostBackend();
      const weights = [{ name: 'w', weight }];
      await createPruner({ backend, weights, schedule: () => sparsity }).update(0);
      return [...weight].map((value) => (value === 0 ? 0 : 1));
    };
    expect(await kept(0.25)).toEqual([1, 0, 0, 1, 1, 1, 1, 1]);
    expect(ties.jaxpruner[0]).toEqual([1, 1, 1, 1, 1, 0, 0, 1]);
    expect(ties.tfmot[0]).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    expect(await kept(0.5)).toEqual([1, 0, 0, 1, 0, 0, 1, 1]);
    expect(ties.jaxpruner[1]).toEqual([1, 1, 0, 1, 0, 0, 0, 1]);
    expect(ties.tfmot[1]).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('at a sparsity of 1 nothing stays here, one element in the other tools', async () => {
    const weight = Float32Array.from(ties.weights);
    await createPruner({
      backend: hostBackend(),
      weights: [{ name: 'w', weight }],
      schedule: () => 1,
    }).update(0);
    expect([...weight]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect([ties.jaxpruner[2], ties.tfmot[2]]).toEqual([
      [0, 0, 0, 0, 0, 0, 0, 1],
      [0, 0, 0, 0, 0, 0, 0, 1],
    ]);
  });
});

describe('schedules of other tools', () => {
  it.each(peers.schedules.tfmot)('tfmot PolynomialDecay $from → $to', (ramp) => {
    const { steps, sparsities, ...options } = ramp;
    const schedule = polynomialDecay(options);
    for (const [i, step] of steps.entries()) expect(schedule(step)).toBeCloseTo(sparsities[i]!, 15);
  });

  it.each(peers.schedules.jaxpruner)('jaxpruner PolynomialSchedule → $to, a step earlier', (ramp) => {
    const { steps, sparsities, ...options } = ramp;
    const schedule = polynomialDecay({ from: 0, ...options });
    for (const [i, step] of steps.entries()) expect(schedule(step + 1)).toBeCloseTo(sparsities[i]!, 15);
  });
});
