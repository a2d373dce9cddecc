import { describe, expect, it } from 'vitest';
import type {
  BlockPattern,
  Cut,
  CutGroup,
  GroupPattern,
  Item,
  Pattern,
  Selection,
  ThresholdCut,
} from './backend.js';

/*
 * Blocks, channels, N:M groups and regrowth are not built yet. These tests hold their place in the contract: a
 * toy backend speaks them through the very types that real backends implement, on one matrix of 4 by 4.
 */

const ROWS = 4;
const COLUMNS = 4;

interface Toy {
  readonly values: number[];
}
type ToyItem = Item<Toy, boolean[]>;

const toy = (...values: number[]): ToyItem => ({
  weight: { values },
  mask: values.map(() => true),
  score: { kind: 'magnitude' },
});

/** Elements of each unit of a pattern, units in the order of their first element. */
function unitsOf(pattern: Pattern): number[][] {
  const unitOf = (row: number, column: number): number => {
    switch (pattern.kind) {
      case 'element':
        return row * COLUMNS + column;
      case 'channel':
        return pattern.axis === 0 ? row : column;
      case 'block':
        return Math.floor(row / pattern.shape[0]!) * COLUMNS + Math.floor(column / pattern.shape[1]!);
      case 'n:m':
        return pattern.axis === 0
          ? Math.floor(row / pattern.of) * COLUMNS + column
          : row * COLUMNS + Math.floor(column / pattern.of);
    }
  };
  const units = new Map<number, number[]>();
  for (let i = 0; i < ROWS * COLUMNS; i += 1) {
    const unit = unitOf(Math.floor(i / COLUMNS), i % COLUMNS);
    units.set(unit, [...(units.get(unit) ?? []), i]);
  }
  return [...units.entries()].sort(([a], [b]) => a - b).map(([, elements]) => elements);
}

function scoresOf(item: ToyItem, pattern: Pattern): { elements: number[]; score: number }[] {
  const source = item.score.kind === 'tensor' ? item.score.tensor : item.weight;
  return unitsOf(pattern).map((elements) => {
    const magnitudes = elements.map((i) => Math.abs(source.values[i]!));
    const score = pattern.kind === 'channel' ? Math.hypot(...magnitudes) : Math.max(...magnitudes);
    return { elements, score };
  });
}

function findCut(items: readonly ToyItem[], { direction, pattern, count }: Selection): ThresholdCut {
  const candidates = items
    .flatMap((item) =>
      scoresOf(item, pattern).filter(({ elements }) => item.mask[elements[0]!] === (direction === 'drop')),
    )
    .map(({ score }) => score)
    .sort((a, b) => (direction === 'drop' ? a - b : b - a));
  const magnitude = candidates[count - 1]!;
  const ties = candidates.slice(0, count).filter((score) => score === magnitude).length;
  return { kind: 'threshold', direction, pattern, magnitude, ties };
}

function dropBelow(groups: readonly CutGroup<Toy, boolean[]>[]): void {
  for (const { items, cut } of groups) {
    let ties = cut.kind === 'threshold' ? cut.ties : 0;
    for (const item of items) {
      const units = scoresOf(item, cut.pattern);
      if (cut.kind === 'group') {
        for (const { elements } of units) dropLowest(item, elements, cut.pattern);
        continue;
      }
      for (const { elements, score } of units) {
        const takes = score < cut.magnitude || (score === cut.magnitude && ties > 0);
        if (score === cut.magnitude && takes) ties -= 1;
        if (takes) for (const i of elements) item.mask[i] = false;
      }
    }
  }
}

function dropLowest(item: ToyItem, elements: readonly number[], { keep, of }: GroupPattern): void {
  const ranked = [...elements].sort(
    (a, b) => Math.abs(item.weight.values[a]!) - Math.abs(item.weight.values[b]!),
  );
  for (const i of ranked.slice(0, of - keep)) item.mask[i] = false;
}

const drop = (item: ToyItem, pattern: Selection['pattern'], count: number) =>
  dropBelow([{ items: [item], cut: findCut([item], { direction: 'drop', pattern, count }) }]);
const picture = ({ mask }: ToyItem) =>
  Array.from({ length: ROWS }, (_, row) =>
    mask
      .slice(row * COLUMNS, (row + 1) * COLUMNS)
      .map((kept) => (kept ? '#' : '.'))
      .join(''),
  );

describe('the contract has room for', () => {
  it('blocks, whose budget counts blocks and whose ties go by their order', () => {
    const item = toy(1, 1, 9, 9, 1, 1, 9, 9, 5, 5, 1, 1, 5, 5, 1, 1);
    const block: BlockPattern = { kind: 'block', shape: [2, 2], pool: 'max' };
    drop(item, block, 1);
    expect(picture(item)).toEqual(['..##', '..##', '####', '####']);
    expect(findCut([item], { direction: 'drop', pattern: block, count: 2 })).toEqual({
      kind: 'threshold',
      direction: 'drop',
      pattern: block,
      magnitude: 5,
      ties: 1,
    });
  });

  it('channels along an axis', () => {
    const item = toy(9, 1, 9, 9, 9, 1, 9, 9, 9, 1, 9, 9, 9, 2, 9, 9);
    drop(item, { kind: 'channel', axis: 1 }, 1);
    expect(picture(item)).toEqual(['#.##', '#.##', '#.##', '#.##']);
  });

  it('N:M groups, which need no search', () => {
    const item = toy(4, 3, 2, 1, 1, 2, 3, 4, 1, 3, 2, 4, 4, 1, 3, 2);
    const cut: Cut = { kind: 'group', pattern: { kind: 'n:m', keep: 1, of: 4, axis: 1 } };
    dropBelow([{ items: [item], cut }]);
    expect(picture(item)).toEqual(['#...', '...#', '...#', '#...']);
  });

  it('regrowth: a cut among the dropped, by a score of its own, largest first', () => {
    const item = toy(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    drop(item, { kind: 'element' }, 4);
    const gradient = { values: [0.1, 0.9, 0.9, 0.2, ...new Array(12).fill(7)] };
    const cut = findCut([{ ...item, score: { kind: 'tensor', tensor: gradient } }], {
      direction: 'revive',
      pattern: { kind: 'element' },
      count: 1,
    });
    expect(cut).toMatchObject({ direction: 'revive', magnitude: 0.9, ties: 1 });
  });
});
