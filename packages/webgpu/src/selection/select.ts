import type { Context } from '../device/context.js';
import { dispatchKernel } from '../device/dispatch.js';
import type { OwnWords } from '../device/names.js';
import { withScratch } from '../device/scratch.js';
import { HISTOGRAM_WORDS, STATUS } from '../wgsl/radix.js';
import { STATE } from '../wgsl/search.js';
import { THREADS } from '../wgsl/tiles.js';
import { createBatches, type Extra, type PieceBatch } from './batches.js';
import { dispatchTiles, parametersOf } from './dispatch-tiles.js';
import type { Entry } from './entries.js';

/*
 * Exact selection in about one pass, all of it on the device: a sample says between which two ranks the answer
 * almost surely lies, one pass counts around that bracket and lists what is inside, and the answer is selected in
 * the list. Ties pile up on the bracket's own ends, which are counted and never listed. One small read tells the
 * result, or that the sample misled; then a wider bracket is tried, and the caller has a slower way after that.
 */

/** Elements up to which everything is listed and nothing sampled. */
const FEW = 2 ** 16;
/** Kept elements drawn, where there are as many, and elements looked at for them, at most. */
const SAMPLES = 2 ** 16;
const MOST_SAMPLES = 2 ** 18;
/** Workgroups that share a list, at most, and elements of it that are worth one. */
const LIST_WORKGROUPS = 128;
const LIST_SHARE = 4096;

/** How wide a bracket is, in units of the usual one, and which part of all elements the list holds. */
interface Bracket {
  readonly margin: number;
  readonly room: number;
}

const BRACKETS: readonly Bracket[] = [
  { margin: 1, room: 0.025 },
  { margin: 4, room: 0.1 },
];

/** The cut found, or `undefined` when the sample misled twice. */
export type Found = { readonly magnitude: number; readonly ties: number } | undefined;

/**
 * The `rank`-th smallest score (from 1) among the kept elements.
 *
 * @param kept how many elements are kept
 */
export async function selectRank(
  context: Context,
  entries: readonly Entry[],
  { rank, kept, elements }: { readonly rank: number; readonly kept: number; readonly elements: number },
  brackets: readonly Bracket[] = BRACKETS,
): Promise<Found> {
  const batches = createBatches(entries, 'ranking', context.limits);
  if (elements <= FEW) {
    return attempt(context, batches, {
      rank,
      kept,
      elements,
      capacity: elements,
      margin: undefined,
      salt: 0,
    });
  }
  for (const [salt, { margin, room }] of brackets.entries()) {
    // What does not fit a binding overflows, and the caller's slower way needs no list.
    const most = Math.floor(context.device.limits.maxStorageBufferBindingSize / 4);
    const capacity = Math.min(Math.ceil(room * elements) + FEW, most);
    const found = await attempt(context, batches, { rank, kept, elements, capacity, margin, salt });
    if (found !== undefined) return found;
  }
  return undefined;
}

interface Attempt {
  readonly rank: number;
  readonly kept: number;
  readonly elements: number;
  /** Elements that the list holds. */
  readonly capacity: number;
  /** Width of the bracket, in units of the usual one; without it everything is inside. */
  readonly margin: number | undefined;
  readonly salt: number;
}

function attempt(
  { device, work, pipelines, padding }: Context,
  batches: readonly PieceBatch[],
  { rank, kept, elements, capacity, margin, salt }: Attempt,
): Promise<Found> {
  return withScratch(device, async (scratch) => {
    const bytes = await work.read((encoder) => {
      // Everything is inside until a sample says better: low = −1, high = the largest rank there is.
      const start = new Uint32Array(STATE.words);
      start.set([0xffffffff, 0x7fffffff], STATE.low);
      const state = scratch.storage(start);
      // Dropped elements are drawn in vain, so more are drawn where there are many.
      const draws = Math.min(MOST_SAMPLES, elements, Math.ceil((SAMPLES * elements) / kept));
      const list = scratch.words(Math.max(capacity, margin === undefined ? 0 : draws));
      const histogram = scratch.words(HISTOGRAM_WORDS);
      const wanted = scratch.uniform(encodeWanted(rank, rank / kept, margin ?? 0));
      const listBuffers = [state, list, histogram, wanted];
      const pass = encoder.beginComputePass();
      const step = (entryPoint: string, workgroups = 1, constants?: Readonly<Record<string, number>>): void =>
        dispatchKernel(device, pass, pipelines.radix(entryPoint, constants), listBuffers, workgroups);
      const selectInList = (searches: 1 | 2): void => {
        const share = Math.ceil(Math.min(searches === 2 ? draws : capacity, elements) / LIST_SHARE);
        for (const shift of [24, 16, 8, 0]) {
          step('count_digits', Math.min(LIST_WORKGROUPS, share), { shift, searches });
          step('find_digit', 1, { shift, searches });
        }
      };
      const overWeights = (name: 'sample' | 'collect', extra?: Extra): void =>
        dispatchTiles(device, pipelines, pass, name, batches, {
          parameters: scratch.uniform(parametersOf(batches, pipelines.slots, extra)),
          own: [state, list],
          padding: padding(),
          ...(extra && { extra }),
        });

      if (margin !== undefined) {
        const sampleShare = (own: number): number => Math.min(own, Math.ceil((draws * own) / elements));
        overWeights('sample', { salt, threads: THREADS, sampleShare });
        step('aim');
        selectInList(2);
        step('bracket');
      }
      overWeights('collect');
      step('decide');
      selectInList(1);
      pass.end();
      return { buffer: state, bytes: 4 * STATE.words };
    });
    const state = new Uint32Array(bytes.buffer);
    if (state[STATE.status] === STATUS.found) {
      return { magnitude: state[STATE.found]!, ties: state[STATE.ties]! };
    }
    if (state[STATE.status] !== STATUS.listed) return undefined;
    return { magnitude: state[STATE.prefix]!, ties: state[STATE.remaining]! };
  });
}

/** The uniform `Wanted` of the kernels on the list. */
function encodeWanted(rank: number, part: number, margin: number): OwnWords {
  const words = new Uint32Array(4);
  words[0] = rank;
  new Float32Array(words.buffer).set([part, margin], 1);
  return words;
}
