import type { ShrinkOnnxOptions } from '../options.js';
import { shrinkOnnx } from '../shrink-onnx.js';
import { checkFile } from './check-file.js';
import { createRandom } from './generate/random.js';
import type { GeneratedGraph } from './generate-graph.js';
import { maskedDense } from './masked-dense.js';
import { feedsFor, relativeError, runModel, withAllValues } from './run-model.js';

/** What became of a generated graph that was shrunk. */
export interface Checked {
  /** What did not hold, in words; empty where all did. */
  readonly faults: readonly string[];
  /** Groups of channels that could be removed. */
  readonly groups: number;
  /** Elements of weights that are gone. */
  readonly removed: number;
  /** Blocks and operators that gave a value which is smaller now. */
  readonly through: ReadonlySet<string>;
}

/** Which operator, input or output holds which axis, or all axes; or that there is but one channel. */
const heldByOne =
  /^(node ".+" \(.+\)|the node that computes ".+" \(.+\)|the (in|out)put ".+"), axis \d|^node ".+" \(.+\): it computes with the length of the axes of "|^it is the only one$/;

/** Ranks channels by a draw for each: the same for the same seed. */
export function randomly(seed: number): (group: { readonly channels: number }) => number[] {
  const random = createRandom(seed, 9);
  return ({ channels }) => Array.from({ length: channels }, () => random.unit());
}

/** How far a shrunken model may be from the masked one, of the largest magnitude of an output. */
const tolerance = 1e-5;

/**
 * Shrinks a graph and holds what comes out against the masked dense model.
 *
 * @param seed of what is fed
 * @param exact whether the two have to compute the same; not so where statistics run over what is kept
 */
export async function checkGraph(
  { model, inputs }: GeneratedGraph,
  seed: number,
  options: ShrinkOnnxOptions,
  exact = true,
): Promise<Checked> {
  const faults: string[] = [];
  const through = new Set<string>();
  const before = model.slice();
  try {
    const { model: small, report } = shrinkOnnx(model, options);
    if (Buffer.compare(model, before) !== 0) faults.push('the bytes that were given have changed');
    for (const { name, heldBy } of report.held) {
      if (!heldByOne.test(heldBy)) {
        faults.push(`held: "${name}" by "${heldBy}", which names no operator and axis`);
      }
    }
    const feeds = feedsFor(inputs, seed);
    const masked = maskedDense(model, report);
    const expected = await runModel(withAllValues(masked), feeds);
    const got = await runModel(withAllValues(small), feeds);
    faults.push(...checkFile(model, small, report, got));
    for (const [name, { shape }] of Object.entries(got)) {
      if (name in expected && shape.join() !== expected[name]!.shape.join()) {
        for (const key of keysOf(name)) through.add(key);
      }
    }
    for (const optimisation of ['disabled', 'all'] as const) {
      const [outputs, wanted] = [
        await runModel(small, feeds, optimisation),
        await runModel(masked, feeds, optimisation),
      ];
      for (const [name, output] of Object.entries(wanted)) {
        const mine = outputs[name];
        if (mine === undefined) faults.push(`output: "${name}" is gone`);
        else if (mine.shape.join() !== output.shape.join()) {
          faults.push(`output: "${name}" is [${mine.shape}], not [${output.shape}]`);
        } else if (exact && !(relativeError(mine, output) <= tolerance)) {
          faults.push(`values: "${name}" differs by ${relativeError(mine, output)}, ${optimisation}`);
        }
      }
    }
    return {
      faults,
      groups: report.groups.length,
      removed: report.parameters.before - report.parameters.after,
      through,
    };
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { faults: [...faults, `crash: ${reason}`], groups: 0, removed: 0, through };
  }
}

/** `Concat/itself` and `concat` of `Concat/itself.concat.12`. */
function keysOf(name: string): readonly string[] {
  const [label = '', operator = ''] = name.split('.');
  return [label, operator];
}
