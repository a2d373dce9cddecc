import type { KeptAlong, ShrinkReport, ShrunkTensor } from '@synaprune/axes';

/** What two cuts did, one after the other: indices are those of the model before the first. */
export function composeReports(first: ShrinkReport, then: ShrinkReport): ShrinkReport {
  const later = new Map(then.groups.map((group) => [group.name, group]));
  return {
    parameters: { before: first.parameters.before, after: then.parameters.after },
    multiplyAdds: { before: first.multiplyAdds.before, after: then.multiplyAdds.after },
    bytes: { before: first.bytes.before, after: then.bytes.after },
    groups: first.groups.map((group) => {
      const next = later.get(group.name);
      if (next === undefined || next.channels !== group.kept.length) return group;
      return { ...group, kept: next.kept.map((channel) => group.kept[channel]!) };
    }),
    held: first.held,
    tensors: composeTensors(first.tensors, then.tensors),
    // What keeps channels was so before anything went.
    notices: first.notices,
  };
}

function composeTensors(first: readonly ShrunkTensor[], then: readonly ShrunkTensor[]): ShrunkTensor[] {
  const later = new Map(then.map((tensor) => [tensor.name, tensor]));
  const both = first.map((tensor): ShrunkTensor => {
    const next = later.get(tensor.name);
    later.delete(tensor.name);
    if (next === undefined) return tensor;
    return {
      ...tensor,
      shape: { before: tensor.shape.before, after: next.shape.after },
      axes: tensor.shape.before.flatMap((_, axis) => composeAlong(tensor.axes, next.axes, axis)),
    };
  });
  return [...both, ...later.values()];
}

function composeAlong(first: readonly KeptAlong[], then: readonly KeptAlong[], axis: number): KeptAlong[] {
  const [before, after] = [first, then].map((all) => all.find((each) => each.axis === axis));
  if (before === undefined || after === undefined)
    return [before, after].filter((each) => each !== undefined);
  return [{ axis, kept: after.kept.map((index) => before.kept[index]!) }];
}
