import { numberOf } from '../format/fields.js';
import type { Draft } from '../model/draft.js';
import type { Graph } from '../model/model.js';
import { windowOf } from '../model/window.js';

/** Writes an `AVERAGE_POOL_2D` over all pixels as a `MEAN`, which can end a sparse part. */
export function writeMeans(draft: Draft, graph: Graph): void {
  const own = draft.graphs[graph.index]!;
  for (const operator of graph.operators) {
    const { op, index, inputs, outputs, options } = operator;
    if (op !== 'AVERAGE_POOL_2D' || numberOf(options, 'activation') !== 0) continue;
    const window = windowOf(graph, operator);
    const whole = [window?.height, window?.width].every(
      (travel) =>
        travel !== undefined && travel.window === travel.size && travel.before + travel.behind === 0,
    );
    if (!whole || graph.tensors[inputs[0]!]?.type !== 'float32') continue;
    const axes = own.addWholes(`${graph.tensors[outputs[0]!]?.name ?? ''}/axes`, [2], [1, 2]);
    own.replaceOperator(index, {
      op: 'MEAN',
      version: 1,
      inputs: [inputs[0]!, axes],
      outputs,
      options: 'ReducerOptions',
      settings: { keepDimensions: 1 },
    });
  }
}
