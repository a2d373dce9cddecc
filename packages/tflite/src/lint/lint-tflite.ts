import { percentText } from '@synaprune/core/checks';
import { zerosOf } from '../elements/zeros.js';
import type { Graph, Model, Tensor } from '../model/model.js';
import { openModel } from '../model/open-model.js';
import { prepareModel } from '../sparse/prepare-model.js';
import type { Node } from '../xnnpack/nodes.js';
import { isPointwise, type Parting, partGraph } from '../xnnpack/parts.js';
import { wrongAnswers } from '../xnnpack/wrong-answers.js';
import type { TfliteLayer, TfliteLint } from './report.js';

/**
 * Says of each layer of a `.tflite` model whether XNNPACK, which runs LiteRT.js on wasm and LiteRT on CPUs, runs it on
 * kernels that skip zeros, and what holds it back: the first layer, padding, operators, too few zeros. Nothing is
 * executed.
 *
 * XNNPACK runs parts of a model sparse that begin with a 3×3 convolution with stride 2 on three channels, go through 1×1
 * convolutions, depthwise 3×3 and 5×5 ones and what does the same to each pixel, and end in a mean over height and width
 * or a `DEPTH_TO_SPACE`, where more than two thirds of the 1×1 filters are zero and one at least is stored sparse.
 *
 * @throws TypeError when `bytes` are no `Uint8Array`
 * @throws PruneError `bad-model`
 *
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises';
 * import { lintTflite } from '@synaprune/tflite';
 *
 * const bytes = await readFile('model.tflite').catch(() => undefined);
 * for (const { name, runs, could, reason } of bytes ? lintTflite(bytes).layers : []) {
 *   console.log(name, runs, could, reason);
 * }
 * ```
 */
export function lintTflite(bytes: Uint8Array): TfliteLint {
  const model = openModel('lintTflite', bytes);
  const prepared = prepareModel('lintTflite', model);
  const hinted = hasSparse(model);
  const blocked = typeof prepared === 'string' ? prepared : wrongAnswers(prepared, true);
  const layers = model.graphs.flatMap((graph, i) => {
    const now = partGraph(graph, 'narrow');
    const then = typeof prepared === 'string' ? undefined : partGraph(prepared.graphs[i]!, 'narrow', true);
    return now.view.nodes.flatMap((node) => lintNode(graph, node, { now, then, hinted, blocked }) ?? []);
  });
  return { layers, wrong: hinted ? wrongAnswers(model) : undefined };
}

/** Whether a kernel is stored sparse: it is what XNNPACK goes by. */
function hasSparse({ graphs }: Model): boolean {
  return graphs.some(({ tensors }) => tensors.some(({ sparse }) => sparse));
}

interface Findings {
  readonly now: Parting;
  /** As the model would be; undefined where it cannot be written anew. */
  readonly then: Parting | undefined;
  readonly hinted: boolean;
  /** Why nothing of it could be stored sparse. */
  readonly blocked: string | undefined;
}

const LAYERS: ReadonlySet<string> = new Set([
  'CONV_2D',
  'DEPTHWISE_CONV_2D',
  'TRANSPOSE_CONV',
  'FULLY_CONNECTED',
  'BATCH_MATMUL',
]);

function lintNode(graph: Graph, node: Node, findings: Findings): TfliteLayer | undefined {
  const { operator, constants } = node;
  const kernel = LAYERS.has(operator.op) ? constants[1] : undefined;
  if (kernel === undefined) return undefined;
  const output = operator.outputs[0] ?? -1;
  const made = {
    name: graph.tensors[output]?.name ?? '',
    op: operator.op,
    weight: kernel.name,
    shape: kernel.shape,
    elements: kernel.elements,
    zeros: zerosOf(kernel),
    stored: kernel.sparse ? ('sparse' as const) : ('dense' as const),
  };
  const never = whyNever(node, kernel);
  if (never !== undefined) return { ...made, runs: 'dense', could: 'dense', reason: never };
  const { now, then, hinted, blocked } = findings;
  const part = now.partOf.get(node);
  const later = then?.view.nodes.find((each) => each.operator.outputs[0] === output);
  const after = later && then?.partOf.get(later);
  const runs = hinted && part?.sparse === true ? 'sparse' : 'dense';
  const could = runs === 'sparse' || (blocked === undefined && after?.sparse === true) ? 'sparse' : 'dense';
  if (runs === 'sparse') return { ...made, runs, could, reason: '' };
  if (could === 'dense')
    return { ...made, runs, could, reason: blocked ?? after?.held ?? whyApart(then, later) };
  const { elements = 0, zeros = 0 } = part ?? {};
  const reasons = [
    part?.held,
    zeros * 3 > elements * 2
      ? undefined
      : `${percent(zeros, elements)} of the 1×1 filters that run with it are zero, and more than two thirds have to be`,
    hinted ? undefined : 'nothing in the model is stored sparse',
  ];
  return { ...made, runs, could, reason: reasons.filter((each) => each !== undefined).join('; ') };
}

/** Kernels that XNNPACK has no sparse way to multiply by. */
function whyNever(node: Node, { shape, type }: Tensor): string | undefined {
  const { op } = node.operator;
  if (op !== 'CONV_2D') return `XNNPACK runs ${op} dense: it has sparse kernels for 1×1 convolutions`;
  if (!isPointwise(node)) {
    return `XNNPACK runs ${shape[1]}×${shape[2]} filters dense: it has sparse kernels for 1×1 convolutions`;
  }
  return type === 'float32' || type === 'float16' ? undefined : `XNNPACK runs filters of ${type} dense`;
}

function whyApart(then: Parting | undefined, node: Node | undefined): string {
  const placing = node && then?.placings.get(node);
  return placing !== undefined && 'reason' in placing ? placing.reason : 'it is in no part that runs sparse';
}

function percent(zeros: number, elements: number): string {
  return percentText(elements === 0 ? 0 : zeros / elements);
}
