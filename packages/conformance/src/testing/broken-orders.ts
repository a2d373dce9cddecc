import { type BrokenBackend, eachElement } from './broken-backend.js';
import type { ReferenceItem } from './reference.js';
import { rankingVerbs, scoreAt } from './reference-backend.js';

/** Defects against law 2: the right number of the wrong elements. */
export const brokenOrders: readonly BrokenBackend[] = [
  takingTies('takes ties from the end', (places) => places.toReversed()),
  takingTies('takes ties from the last weight on', (places, items) =>
    items.toReversed().flatMap((item) => places.filter((place) => place.item === item)),
  ),
  takingTies('takes ties down the columns', (places, items) =>
    items.flatMap((item) =>
      places
        .filter((place) => place.item === item)
        .sort((a, b) => columnFirst(item, a.index) - columnFirst(item, b.index)),
    ),
  ),
  rankingBy('drops NaN first', (magnitude) => (magnitude > 0x7f800000 ? 0 : magnitude)),
  rankingBy('ties NaN with infinity', (magnitude) => Math.min(magnitude, 0x7f800000)),
  rankingBy('ties all NaN, and says that they are ordered', (magnitude) => Math.min(magnitude, 0x7fc00000)),
  rankingBy('rounds magnitudes to bfloat16', (magnitude) => magnitude & 0x7fff0000),
  rankingBy('loses the last bit of a magnitude', (magnitude) => magnitude & 0x7ffffffe),
  rankingBy('overflows to infinity beyond float16', (magnitude) =>
    magnitude > 0x477fe000 ? Math.max(magnitude, 0x7f800000) : magnitude,
  ),
  rankingBy('ranks by value, so that negative elements go first', (magnitude, value) =>
    value < 0 ? 0 : magnitude,
  ),
  rankingBy('ranks -0 below +0', (magnitude, value) => (Object.is(value, 0) ? 1 : magnitude)),
  rankingBy('squares the values to be rid of the sign', (magnitude, value) =>
    magnitude > 0x7f800000 ? magnitude : magnitudeOfSquare(value),
  ),
];

const floats = new Float32Array(1);
const bits = new Uint32Array(floats.buffer);

/** Squares overflow and underflow where magnitudes do not. */
function magnitudeOfSquare(value: number): number {
  floats[0] = value * value;
  return bits[0]!;
}

function rankingBy(name: string, rank: (magnitude: number, value: number) => number): BrokenBackend {
  return {
    law: 2,
    name,
    change: () =>
      rankingVerbs((item, i) =>
        item.score.kind === 'magnitude' ? rank(scoreAt(item, i), item.weight.values[i]!) : scoreAt(item, i),
      ),
  };
}

interface Tie {
  readonly item: ReferenceItem;
  readonly index: number;
}

function takingTies(
  name: string,
  order: (places: readonly Tie[], items: readonly ReferenceItem[]) => readonly Tie[],
): BrokenBackend {
  return {
    law: 2,
    name,
    change: () => ({
      drop: (groups) => {
        for (const { items, cut } of groups) {
          const ties: Tie[] = [];
          eachElement(items, (item, index) => {
            if (item.mask.kept[index] === 0) return;
            if (scoreAt(item, index) === cut.magnitude) ties.push({ item, index });
            if (scoreAt(item, index) < cut.magnitude) item.mask.kept[index] = 0;
          });
          for (const { item, index } of order(ties, items).slice(0, cut.ties)) item.mask.kept[index] = 0;
        }
      },
    }),
  };
}

function columnFirst({ weight: { shape } }: ReferenceItem, index: number): number {
  const columns = shape.at(-1) ?? 1;
  return (index % columns) * 2 ** 20 + Math.floor(index / columns);
}
