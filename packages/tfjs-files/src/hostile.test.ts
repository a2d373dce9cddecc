import { PruneError } from '@synaprune/core';
import { expect, inject, it } from 'vitest';
import type { TfjsArtifacts } from './artifacts/artifacts.js';
import { decodeTfjs } from './files/decode-tfjs.js';
import { encodeTfjs } from './files/encode-tfjs.js';
import { pruneTfjs } from './pruning/prune-tfjs.js';
import { shrinkTfjs } from './shrink/shrink-tfjs.js';
import { smallFiles } from './testing/small-files.js';
import { findTfjsWeights } from './weights/find-weights.js';

const MUTATIONS = inject('whole') ? 10_000 : 2000;

it('no change of a model.json and its shards ends in anything but a result or a PruneError', async () => {
  const files = smallFiles();
  const next = random(20);
  const ends = new Map<string, number>();
  for (let i = 0; i < MUTATIONS; i += 1) {
    const { modelJson, shards } = files[i % files.length]!;
    const text = i % 4 === 0 ? mutateText(modelJson, next) : mutateTree(modelJson, next);
    const changed = i % 5 === 0 ? mutateShards(shards, next) : shards;
    const end = await runAll(text, changed, { prunes: i % 10 < 2, shrinks: i % 4 === 3 }).then(
      () => 'result',
      (error: unknown) => {
        if (error instanceof PruneError) return error.code;
        throw new Error(`mutation ${i} ended in ${String(error)}: ${text.slice(0, 2000)}`, { cause: error });
      },
    );
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  // Enough of them get far enough to mean something.
  expect(ends.get('result')).toBeGreaterThan(MUTATIONS / 10);
  expect(ends.get('bad-model')).toBeGreaterThan(MUTATIONS / 10);
  expect(ends.get('external-data')).toBeGreaterThan(MUTATIONS / 20);
});

async function runAll(
  text: string,
  shards: Readonly<Record<string, Uint8Array>>,
  { prunes, shrinks }: { readonly prunes: boolean; readonly shrinks: boolean },
): Promise<void> {
  const artifacts = decodeTfjs(text, shards);
  encodeTfjs(artifacts);
  findTfjsWeights(artifacts);
  if (shrinks) shrink(artifacts);
  // Masks and groups of channels take most of the time, and little part in what is read.
  if (!prunes) return;
  const { artifacts: pruned } = await pruneTfjs(artifacts, { sparsity: 0.5 });
  const { shards: written } = encodeTfjs(pruned);
  const lengths = (all: Readonly<Record<string, Uint8Array>>) =>
    Object.values(all).reduce((sum, { length }) => sum + length, 0);
  expect(lengths(written)).toBe(lengths(shards));
}

/** What is not there to be cut is refused, and that is no end. */
function shrink(artifacts: TfjsArtifacts): void {
  let smaller: TfjsArtifacts;
  try {
    smaller = shrinkTfjs(artifacts, { keep: 0.5 }).artifacts;
  } catch (error) {
    if (error instanceof PruneError) return;
    throw error;
  }
  const { modelJson, shards } = encodeTfjs(smaller);
  findTfjsWeights(decodeTfjs(modelJson, shards));
}

type Random = (below: number) => number;

function random(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function mutateText(text: string, next: Random): string {
  const at = next(text.length);
  const odd = ['"', '{', ']', ',', '0', '-', 'null', '\u0000', '1e999', ''];
  switch (next(3)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + odd[next(odd.length)]! + text.slice(at + 1);
    default:
      return text.slice(0, at) + text.slice(at + 1 + next(20));
  }
}

/** Another value somewhere in the tree; one that is gone, there twice, or that of another place. */
function mutateTree(text: string, next: Random): string {
  const root = JSON.parse(text) as object;
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push({ holder: value as Record<string, unknown>, key });
      walk((value as Record<string, unknown>)[key]);
    }
  };
  walk(root);
  for (let times = 1 + next(2); times > 0; times -= 1) {
    const { holder, key } = places[next(places.length)]!;
    const other = places[next(places.length)]!;
    const odd = [
      null,
      '',
      'x',
      -1,
      0,
      1,
      2,
      0.5,
      1e300,
      2 ** 53,
      true,
      [],
      {},
      ['in', 0, 0],
      [[[[]]]],
      'a',
      '^a',
      'DT_FLOAT',
    ];
    switch (next(4)) {
      case 0:
        delete holder[key];
        break;
      case 1:
        // A copy: what holds itself is no JSON.
        holder[key] = JSON.parse(JSON.stringify(other.holder[other.key] ?? null));
        break;
      case 2:
        if (Array.isArray(holder)) holder.push(JSON.parse(JSON.stringify(holder[Number(key)] ?? null)));
        else holder[`${key}_`] = holder[key];
        break;
      default:
        holder[key] = odd[next(odd.length)];
    }
  }
  return JSON.stringify(root);
}

function mutateShards(
  shards: Readonly<Record<string, Uint8Array>>,
  next: Random,
): Record<string, Uint8Array> {
  const made = { ...shards };
  const names = Object.keys(made);
  const name = names[next(names.length)]!;
  const bytes = made[name]!;
  switch (next(4)) {
    case 0:
      made[name] = bytes.slice(0, next(bytes.length));
      break;
    case 1:
      made[name] = Uint8Array.from([...bytes, ...new Uint8Array(1 + next(9))]);
      break;
    case 2:
      delete made[name];
      break;
    default:
      made[name] = bytes.map((byte) => (next(8) === 0 ? next(256) : byte));
  }
  return made;
}
