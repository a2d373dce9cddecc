import { holdAll, type KnownSize, sameDim, whyAt } from '@synaprune/axes';
import type { GraphValue } from '../../follow/graph-value.js';
import type { NodeCall, Rule } from '../../follow/node-call.js';

const WHY = 'it comes out of either branch';

/**
 * One of two graphs runs: what comes out of one goes with what comes out of the other. Where lengths that nothing
 * changes say which one, the other says nothing of what comes out.
 */
export const branches: Rule = (call) => {
  const [yes, no] = ['then_branch', 'else_branch'].map((name) => call.body(name).follow([]));
  const test = call.numbers(0);
  if (test?.length === 1) return { outputs: (test[0] === 0 ? no! : yes!).slice(0, call.outputs) };
  return {
    outputs: Array.from({ length: call.outputs }, (_, i) => either(call, yes![i], no![i])),
  };
};

function either(
  call: NodeCall,
  yes: GraphValue | undefined,
  no: GraphValue | undefined,
): GraphValue | undefined {
  const both = [yes, no].flatMap((value) => value ?? []);
  const sizes = yes && no && agreed(yes.sizes, no.sizes);
  if (sizes === undefined) holdLengths(call, both);
  if (yes === undefined || no === undefined || yes.axes.length !== no.axes.length) {
    for (const value of both) holdAll(call.place, value, 'the other branch gives something else');
    return undefined;
  }
  const axes = yes.axes.map((axis, i) => {
    const other = no.axes[i]!;
    const why = whyAt(call.place, i, WHY);
    if (sameDim(axis.dim, other.dim)) {
      call.axes.unite(axis, other, why);
      return axis;
    }
    const differ = whyAt(call.place, i, 'its length depends on the branch');
    call.axes.hold(axis, differ);
    call.axes.hold(other, differ);
    return call.axes.held(call.open(`size ${i}`), differ);
  });
  return {
    axes,
    zero: yes.zero.map((zero, i) => zero && no.zero[i]!),
    parameter: false,
    ...(sizes === undefined ? {} : { sizes }),
  };
}

/** Numbers that both branches give. */
function agreed(
  yes: readonly (KnownSize | undefined)[] | undefined,
  no: readonly (KnownSize | undefined)[] | undefined,
): readonly (KnownSize | undefined)[] | undefined {
  if (yes === undefined || yes.length !== no?.length) return undefined;
  const same = yes.every((size, i) => {
    const other = no[i];
    if (size === undefined || other === undefined) return false;
    return size.of.length === 0 && other.of.length === 0 && sameDim(size.dim, other.dim);
  });
  return same ? yes : undefined;
}

function holdLengths({ axes, place }: NodeCall, values: readonly GraphValue[]): void {
  for (const { sizes = [] } of values) {
    for (const size of sizes) {
      for (const axis of size?.of ?? []) axes.hold(axis, whyAt(place, 0, 'a branch gives its length'));
    }
  }
}
