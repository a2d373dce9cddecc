import { elementBudget, type Notice, type PatternOption, PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { chooseMask, dampingFor, type Moments, refitRows } from '@synaprune/refit';
import type { Product } from '../parts/part.js';
import { gatherMoments, momentsOfBlock, type Sight } from './gather-moments.js';
import type { PartPair } from './part-pair.js';
import { blockOf, featuresOf, matrixOf, type PartWeights, putMatrix } from './part-weights.js';

/** What is to become of weights. */
export interface RefitPlan {
  /** Of a weight of the pruned model, by the name it is saved under: the sparsity it comes to; `undefined` where it is left alone. */
  sparsityOf(name: string): number | undefined;
  readonly method: 'magnitude' | 'wanda';
  readonly pattern: PatternOption | undefined;
  /** Whether what stays is refitted. */
  readonly refit: boolean;
  /** As `dampingFor` takes it. */
  readonly damping: number;
  readonly signal: AbortSignal | undefined;
}

/** What became of a part. */
export interface SolvedPart {
  /** What the part misses of the dense one's outputs, as a share of their energy, as cut and as refitted. */
  readonly error: { readonly before: number; readonly after: number } | undefined;
  readonly notices: readonly Notice[];
}

/**
 * Masks and refits the weights of a part, in the pruned model.
 *
 * @throws PruneError `not-finite` that names the layer
 */
export async function solvePart(pair: PartPair, sight: Sight, plan: RefitPlan): Promise<SolvedPart> {
  const { pruned } = pair;
  const masks = new Map<Product, Uint8Array>();
  const first = new Map<Product, Float32Array>();
  const weights = sight.weights.pruned;
  const bias = pruned.weights.has('bias') ? weights.read('bias').slice() : new Float32Array();
  let sums: Sums = { before: 0, after: 0, energy: 0 };
  const notices: Notice[] = [];
  for (const [turn, products] of pruned.turns.entries()) {
    const again = turn > 0 && products === pruned.turns[0];
    if (again && !plan.refit) break;
    const needed = plan.refit || plan.method !== 'magnitude';
    const moments = needed ? await named(pruned.name, () => gatherMoments(pair, turn, sight)) : undefined;
    const shares = sharesOf(pair, products, plan);
    // What came before the last look was fed by weights that are others now.
    if (again) sums = { before: 0, after: 0, energy: 0 };
    for (const [i, product] of products.entries()) {
      plan.signal?.throwIfAborted();
      const asked = product.blocks.map(({ role }) => plan.sparsityOf(pruned.weights.get(role)!.originalName));
      if (asked.every((sparsity) => sparsity === undefined)) continue;
      const mask = masks.get(product) ?? (await maskOf(product, shares[i]!, moments?.[i], weights, plan));
      masks.set(product, mask);
      const matrix = first.get(product) ?? matrixOf(product, weights);
      first.set(product, matrix);
      // What is beside a weight that is left alone is not refitted, since that would have to change too.
      if (!plan.refit || asked.includes(undefined)) {
        putMatrix(product, masked(matrix, mask), weights);
        continue;
      }
      const { damping, signal } = plan;
      const refitted = await named(pruned.name, () =>
        refitRows({
          weights: matrix,
          rows: product.rows,
          moments: moments![i]!,
          mask,
          damping: dampingFor(moments![i]!, damping),
          ...(signal === undefined ? {} : { signal }),
        }),
      );
      const { before, after } = refitted.error;
      // Where nothing was lost, rounding is all that a refit would change.
      const lost = again || before > NOTHING;
      if (lost) putMatrix(product, refitted.weights, weights);
      if (lost && product.bias !== undefined) {
        for (const [row, constant] of refitted.constants!.entries()) {
          const at = product.bias(row);
          weights.read('bias')[at] = bias[at]! + constant;
        }
      }
      const energy = moments![i]!.denseGram.reduce((sum, square) => sum + square, 0);
      sums.before += energy * before;
      sums.after += energy * (lost ? after : before);
      sums.energy += energy;
      for (const notice of refitted.notices) {
        if (!notices.some(({ code }) => code === notice.code)) notices.push(about(pair, notice));
      }
    }
    weights.write();
  }
  const { before, after, energy } = sums;
  const share = (missed: number) => (energy > 0 ? missed / energy : 0);
  // Products are small, and borders of a depthwise one are 0 as a rule: told is a layer that sees nothing at all.
  const alone = pruned.turns.every((products) => products.length === 1);
  const told = notices.filter(({ code }) => alone || energy === 0 || code !== 'silent-features');
  return { error: plan.refit ? { before: share(before), after: share(after) } : undefined, notices: told };
}

/** A share of the energy that rounding accounts for. */
const NOTHING = 1e-7;

interface Sums {
  before: number;
  after: number;
  energy: number;
}

/** Of each block of each product the sparsity it comes to; 0 where its weight is left whole. Together they are exact. */
function sharesOf({ pruned }: PartPair, products: readonly Product[], plan: RefitPlan): number[][] {
  const before = new Map<string, number>();
  return products.map(({ rows, blocks }) =>
    blocks.map(({ role, features }) => {
      const sparsity = plan.sparsityOf(pruned.weights.get(role)!.originalName);
      if (sparsity === undefined) return 0;
      const elements = rows * features;
      const from = before.get(role) ?? 0;
      before.set(role, from + elements);
      return (elementBudget(sparsity, from + elements) - elementBudget(sparsity, from)) / elements;
    }),
  );
}

/** The mask of a product, `[rows, features]`, from those of its blocks. */
async function maskOf(
  product: Product,
  shares: readonly number[],
  moments: Moments | undefined,
  weights: PartWeights,
  { method, pattern }: RefitPlan,
): Promise<Uint8Array> {
  const { rows, blocks } = product;
  const width = featuresOf(product);
  const mask = new Uint8Array(Math.ceil((rows * width) / 8)).fill(0xff);
  const tail = (rows * width) % 8;
  if (tail > 0) mask[mask.length - 1] = (1 << tail) - 1;
  let before = 0;
  for (const [i, block] of blocks.entries()) {
    const { features } = block;
    if (shares[i]! > 0) {
      const bits = await chooseMask({
        weights: blockOf(product, block, weights),
        rows,
        sparsity: shares[i]!,
        method,
        ...(moments === undefined ? {} : { moments: momentsOfBlock(moments, product, i) }),
        ...(pattern === undefined ? {} : { pattern }),
      });
      for (let at = 0; at < rows * features; at += 1) {
        if (((bits[at >> 3]! >> (at & 7)) & 1) === 1) continue;
        const to = Math.floor(at / features) * width + before + (at % features);
        mask[to >> 3]! &= ~(1 << (to & 7));
      }
    }
    before += features;
  }
  return mask;
}

function masked(matrix: Float32Array, mask: Uint8Array): Float32Array {
  return matrix.map((value, i) => (((mask[i >> 3]! >> (i & 7)) & 1) === 1 ? value : 0));
}

/** Says of what layer a failure is. */
async function named<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PruneError)) throw error;
    throw new PruneError(error.code, `layer ${quote(name)}: ${error.message}`, { cause: error });
  }
}

function about({ pruned }: PartPair, { code, message }: Notice): Notice {
  const weights = [...pruned.weights.values()].map(({ originalName }) => originalName);
  return { code, message: `layer ${quote(pruned.name)}: ${message}`, weights };
}
