import type { Graph, Model } from '../model/model.js';
import { viewNodes } from './nodes.js';
import { isPointwise, nameOf, partGraph } from './parts.js';

/**
 * Why a model with something stored sparse would be answered wrongly by XNNPACK, or stop it: where a part that it would
 * run channel after channel gives numbers to what reads them pixel after pixel, which XNNPACK does not look at; and
 * where a quantised 1×1 convolution stands beside what is stored sparse.
 *
 * @param pruned whether to take every part for one with enough zeros
 * @returns undefined where answers are right by the rules of every release
 */
export function wrongAnswers({ graphs }: Model, pruned = false): string | undefined {
  for (const graph of graphs) {
    const quantised = viewNodes(graph).nodes.find((node) => {
      return isPointwise(node) && !/^(float32|float16)$/.test(node.constants[1]?.type ?? 'float32');
    });
    if (quantised !== undefined) {
      return `${nameOf(graph, quantised)} is quantised, and XNNPACK may stop where it stands beside what is stored sparse`;
    }
    const leak = leakOf(graph, pruned);
    if (leak !== undefined) return leak;
  }
  return undefined;
}

function leakOf(graph: Graph, pruned: boolean): string | undefined {
  for (const rules of ['narrow', 'wide'] as const) {
    const [leak] = partGraph(graph, rules, pruned).leaks;
    if (leak === undefined) continue;
    return (
      `${nameOf(graph, leak)} would run channel after channel, and what reads it pixel after pixel; a sparse part ends in ` +
      'a MEAN over height and width or a DEPTH_TO_SPACE'
    );
  }
  return undefined;
}
