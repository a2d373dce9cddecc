import { type Graph, MOST_AXES, type Value } from '@synaprune/onnx/graph';

/** The elements of an input that a node's shape depends on. @throws PruneError `unsupported-operator` */
export function known(graph: Graph, input: Value | undefined, what: string): readonly number[] {
  if (input?.constant === undefined) {
    return graph.unsupported(
      `its ${what} have to be known before the step runs; they are trained, or computed from the step's inputs`,
      'export the model with fixed ones, or name an output that does not need it (outputs)',
    );
  }
  return input.constant.numbers();
}

/** Axes counted from the front. @throws PruneError `bad-model` */
export function frontAxes(graph: Graph, axes: readonly number[], rank: number): readonly number[] {
  if (axes.length > MOST_AXES)
    return graph.bad(`${axes.length} axes are listed, at most ${MOST_AXES} can be`);
  return axes.map((axis) => {
    const front = axis < 0 ? axis + rank : axis;
    return front >= 0 && front < Math.max(rank, 1)
      ? front
      : graph.bad(`axis ${axis} lies outside rank ${rank}`);
  });
}

/** More elements than a list in a step graph has any use for. */
const MOST_LISTED = 2 ** 22;

/** A number of elements that will be listed. @throws PruneError `unsupported-operator` when there are too many */
export function listable(graph: Graph, count: number, what: string): number {
  if (count >= 0 && count <= MOST_LISTED) return count;
  if (!(count >= 0)) return graph.bad(`${what} has ${count} elements`);
  return graph.unsupported(
    `${what} has ${count} elements, and a step graph lists at most ${MOST_LISTED}`,
    'make it an input or a tensor of the model',
  );
}
