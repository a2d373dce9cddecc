import { type Axis, whyAt } from '@synaprune/axes';
import { parseEquation, textAt } from '@synaprune/onnx/graph';
import type { GraphValue } from '../follow/graph-value.js';
import { type NodeCall, NotFollowed, type Rule } from '../follow/node-call.js';

/** An axis of an operand that a label names. */
interface Named {
  readonly value: GraphValue;
  readonly at: number;
}

/** Axes of one label are one; those that the result has not are added up over. */
export const einsum: Rule = (call) => {
  const operands = call.inputs();
  const text = textAt(call.attributes, 'equation', '');
  const { terms, output } = parseEquation(
    text,
    operands.map(({ axes }) => axes.length),
  );
  const named = new Map<string, Named[]>();
  for (const [i, term] of terms.entries()) {
    if (new Set(term).size !== term.length) throw new NotFollowed(`"${text}" takes an axis with itself`);
    for (const [at, label] of term.entries()) {
      named.set(label, [...(named.get(label) ?? []), { value: operands[i]!, at }]);
    }
  }
  const axes = new Map<string, Axis>();
  for (const [label, all] of named) {
    const kept = output.includes(label);
    axes.set(label, uniteNamed(call, label, { all, kept }));
  }
  const made = output.map((label) => {
    const axis = axes.get(label);
    if (axis === undefined) throw new NotFollowed(`"${text}" names an axis that nothing has`);
    return axis;
  });
  return {
    outputs: [
      {
        axes: made,
        zero: output.map((label) => isZero(named.get(label)!)),
        parameter: operands.every(({ parameter }) => parameter),
      },
    ],
    multiplyAdds: [[...axes.values()]],
  };
};

function long(all: readonly Named[]): readonly Named[] {
  const found = all.filter(({ value, at }) => value.axes[at]!.dim !== 1);
  return found.length > 0 ? found : all;
}

function isZero(all: readonly Named[]): boolean {
  return long(all).some(({ value, at }) => value.zero[at]!);
}

function uniteNamed(
  call: NodeCall,
  label: string,
  { all, kept }: { readonly all: readonly Named[]; readonly kept: boolean },
): Axis {
  const [first, ...rest] = long(all) as [Named, ...Named[]];
  const axis = first.value.axes[first.at]!;
  for (const { value, at } of rest) {
    call.axes.unite(axis, value.axes[at]!, whyAt(call.place, at, `it is "${label}", with another`));
  }
  for (const { value, at } of long(all)) {
    if (value.parameter) call.axes.mark(value.axes[at]!, kept ? 'makes' : 'reads');
  }
  if (kept && long(all).filter(({ value }) => !value.parameter).length > 1) call.axes.markBatch(axis);
  if (!kept && !isZero(all)) {
    const why = 'it is added up over, and units are not 0 there without weights';
    call.axes.hold(axis, whyAt(call.place, first.at, why));
  }
  return axis;
}
