import { type AxedValue, type Axis, holdSome, whyAt } from '@synaprune/axes';
import { numberAt } from '@synaprune/onnx/graph';
import { type NodeCall, type NodeEdit, NotFollowed } from '../../follow/node-call.js';

/** One of queries, keys and values: its heads, and what each has. */
export interface Heads {
  readonly heads: Axis;
  readonly size: Axis;
  /** Whether it is 0 at the indices of what is removed. */
  readonly zero: boolean;
}

/** Heads of an axis that holds them one behind the other. */
export function headsAlong(call: NodeCall, value: AxedValue, at: number, count: number): Heads {
  const axis = value.axes[at]!;
  const { dim } = axis;
  if (typeof dim !== 'number') throw new NotFollowed('how wide it is is left open');
  if (!(count >= 1) || dim % count !== 0) throw new NotFollowed(`${dim} are no ${count} heads`);
  const [heads, size] = call.axes.split(axis, [count, dim / count], {
    label: call.place.label,
    kind: 'channels',
  }) as [Axis, Axis];
  return { heads, size, zero: value.zero[at]! };
}

/** Heads that have an axis of their own. */
export function headsApart({ axes, zero }: AxedValue, heads: number, size: number): Heads {
  return { heads: axes[heads]!, size: axes[size]!, zero: zero[heads]! && zero[size]! };
}

/** Queries, keys and values. */
export interface Attending {
  readonly query: Heads;
  readonly key: Heads;
  readonly value: Heads;
}

/**
 * Heads of queries meet those of keys and values: where there are fewer of those, a group of heads goes with the one
 * that it shares, or the same place in every group goes.
 */
export function attend(call: NodeCall, { query, key, value }: Attending): void {
  const { axes, place } = call;
  const why = whyAt(place, 0, 'its heads belong together');
  const [many, few] = [query.heads.dim, key.heads.dim];
  axes.unite(key.heads, value.heads, why);
  if (many === few) axes.unite(query.heads, key.heads, why);
  else if (typeof many === 'number' && typeof few === 'number' && many % few === 0) {
    const birth = { label: place.label, kind: 'channels' as const };
    const [groups] = axes.split(query.heads, [few, many / few], birth) as [Axis, Axis];
    axes.unite(groups, key.heads, why);
  } else throw new NotFollowed('its heads are no whole groups');
  axes.markBatch(key.heads);
  axes.unite(query.size, key.size, whyAt(place, 0, 'queries are multiplied with keys along it'));
  if (query.zero || key.zero) return;
  axes.hold(query.size, whyAt(place, 0, 'it is added up over, and units are not 0 there without weights'));
}

/** What is scaled by the size of a head stays scaled by what it was. */
export function keepScale(call: NodeCall, edit: NodeEdit, size: Axis): void {
  if (edit.keptOf(size) === undefined || numberAt(call.attributes, 'scale', 0) !== 0) return;
  edit.attribute('scale', { float: 1 / Math.sqrt(size.dim as number) });
}

/** The rows that attend and those that are attended to stay; batches are one. */
export function holdRows(
  call: NodeCall,
  rows: readonly { readonly value: AxedValue; readonly batch: number; readonly time: number }[],
): void {
  const [first] = rows;
  for (const { value, batch, time } of rows) {
    holdSome(call.place, value, [time], 'its rows are weighed');
    if (value === first!.value) continue;
    const [one, other] = [first!.value.axes[first!.batch]!, value.axes[batch]!];
    call.axes.unite(one, other, whyAt(call.place, batch, 'it is that of the batch'));
  }
}

/** Scores get something added: by head, where it has one of each. */
export function addToScores(call: NodeCall, heads: Axis, mask: AxedValue): void {
  const at = mask.axes.length - 3;
  const own = mask.axes[at];
  holdSome(
    call.place,
    mask,
    mask.axes.map((_, i) => i).filter((i) => i !== at),
    'it is added to scores',
  );
  if (own !== undefined && own.dim !== 1) {
    call.axes.unite(heads, own, whyAt(call.place, at, 'it is that of its heads'));
  }
}
