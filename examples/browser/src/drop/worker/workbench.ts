import type { Answers } from '@synaprune/refit';
import type { SavedFile } from '../protocol';
import type { Curve, DropState, Facts, Lengths, Sizes, Unit, Wish } from '../state';
import type { OpenedModel, Sensitivity } from './formats/format';
import { packAside } from './packing/pack-aside';
import type { Bench, Loaded } from './running/bench';
import { answerAll, compareAnswers, compareTimes } from './running/compare';
import { NotRunError } from './running/no-runtime';
import { gzippedBytes } from './sizes';
import type { Turn } from './turn';

/** Tells the page what has become known. */
export type Tell = (patch: Partial<DropState>) => void;

/** A model on the bench: what it is, what becomes of it, and what that is worth. */
export interface Workbench {
  look(tell: Tell): Facts;
  make(wish: Wish, lengths: Lengths | null, turn: Turn, tell: Tell): Promise<void>;
  scan(unit: Unit, turn: Turn, tell: Tell): Promise<void>;
  save(what: 'model' | 'packed'): Promise<SavedFile[]>;
  dispose(): Promise<void>;
}

/** Samples that a layer is tried on: a scan runs them hundreds of times. */
const SCAN_SAMPLES = { noise: 2, lines: 16 };

/** How long the dense model answers at most, beyond the fewest samples. */
const ANSWERING_MS = 1500;

export function createWorkbench<Content>({ format, content, name, lines }: OpenedModel<Content>): Workbench {
  const opened = performance.now();
  let lengths: Lengths = {};
  let bench: Bench<Content> | undefined;
  let dense: { readonly model: Loaded; readonly answers: readonly Answers[] } | undefined;
  let made: Content = content;
  /** What was made, packed; `undefined` until it is. */
  let madePacked: Uint8Array<ArrayBuffer> | undefined;
  const sizes: Record<'before' | 'after', Sizes> = { before: {}, after: {} };
  let first = true;
  const sensitivity: Sensitivity = {};

  const bytesOf = (files: readonly SavedFile[]): number =>
    files.reduce((sum, { bytes }) => sum + bytes.length, 0);

  async function gzip(of: Content, which: 'before' | 'after', turn: Turn, tell: Tell): Promise<void> {
    const files = format.files(of, name);
    const gzipped = await gzippedBytes(files, turn);
    sizes[which] = { raw: bytesOf(files), ...(gzipped === undefined ? {} : { gzip: gzipped }) };
    tell({ [which]: sizes[which] });
  }

  async function packed(of: Content, which: 'before' | 'after', turn: Turn, tell: Tell): Promise<void> {
    const bytes = await packAside(format.packable(of), turn.signal);
    turn.signal.throwIfAborted();
    if (which === 'after') madePacked = bytes;
    sizes[which] = { ...sizes[which], packed: bytes.length };
    tell({ [which]: sizes[which] });
  }

  async function openDense(turn: Turn, tell: Tell): Promise<NonNullable<typeof dense>> {
    if (dense !== undefined) return dense;
    tell({ busy: 'Loading the runtime …' });
    bench ??= await format.openBench(content, { lengths, lines }, turn);
    tell({ ground: bench.ground });
    await turn.breathe();
    tell({ busy: 'Running the model as it was …' });
    const model = await bench.load(content);
    try {
      const answers = await answerAll(model, bench, ANSWERING_MS, turn);
      dense = { model, answers };
      return dense;
    } catch (error) {
      await model.release();
      throw error;
    }
  }

  async function run(of: Content, turn: Turn, tell: Tell): Promise<void> {
    try {
      const before = await openDense(turn, tell);
      tell({ busy: 'Running what became of it …' });
      const after = await bench!.load(of);
      try {
        tell({ answered: await compareAnswers(before.answers, after, turn) });
        tell({ busy: 'Timing both in turn …' });
        const models = { before: before.model, after };
        tell({ timed: await compareTimes(models, before.answers.length, turn), notRun: null });
      } finally {
        await after.release();
      }
    } catch (error) {
      if (turn.signal.aborted || !(error instanceof NotRunError)) throw error;
      tell({ notRun: error.message, answered: null, timed: null });
    }
  }

  async function closeBench(): Promise<void> {
    await dense?.model.release();
    dense = undefined;
    await bench?.dispose();
    bench = undefined;
  }

  return {
    look(tell) {
      // Meanwhile its runtime arrives.
      format.prepare();
      const bytes = bytesOf(format.files(content, name));
      const facts = { name, bytes, ...format.look(content) };
      tell({ facts, before: { raw: bytes } });
      return facts;
    },

    async make(wish, given, turn, tell) {
      if (given !== null && bench !== undefined && !sameLengths(given, bench.ground.lengths)) {
        lengths = given;
        await closeBench();
      }
      tell({ busy: wish.unit === 'weight' ? 'Pruning …' : 'Cutting …', notRun: null });
      const { content: result, ...fate } = await format.make(content, wish, sensitivity);
      await turn.breathe();
      [made, madePacked] = [result, undefined];
      const told = { ...wish, byLayer: wish.byLayer && sensitivity[wish.unit] !== undefined };
      tell({ made: { ...fate, wish: told }, after: {}, answered: null, timed: null });
      tell({ after: { raw: bytesOf(format.files(made, name)) } });
      tell({ busy: 'Compressing …' });
      await gzip(made, 'after', turn, tell);
      if (sizes.before.gzip === undefined) await gzip(content, 'before', turn, tell);
      await run(made, turn, tell);
      if (first) tell({ firstFigures: performance.now() - opened });
      first = false;
      tell({ busy: 'Packing …' });
      await packed(made, 'after', turn, tell);
      if (sizes.before.packed === undefined) await packed(content, 'before', turn, tell);
    },

    async scan(unit, turn, tell) {
      const curves = new Map<string, Curve>();
      let [done, total] = [0, 0];
      const told = (state: 'running' | 'done' | 'stopped'): void =>
        tell({ scan: { unit, done, total, state, curves: [...curves.values()] } });
      told('running');
      try {
        if (bench === undefined) return;
        const samples = lines ? SCAN_SAMPLES.lines : SCAN_SAMPLES.noise;
        sensitivity[unit] = await bench.scan(content, unit, samples, turn, (tried) => {
          ({ done, total } = tried);
          const { layer, sparsity, agreement } = tried;
          const levels = curves.get(layer)?.levels ?? [];
          const known = levels.at(-1)?.sparsity === sparsity;
          curves.set(layer, {
            name: layer,
            levels: known ? levels : [...levels, { sparsity, agreement }],
          });
          told('running');
        });
        told('done');
      } catch (error) {
        told('stopped');
        if (!turn.signal.aborted) throw error;
      }
    },

    async save(what) {
      if (what === 'model') return format.files(made, `${name}.pruned`);
      return [{ name: `${name}.synp`, bytes: madePacked ?? (await packAside(format.packable(made))) }];
    },

    dispose: closeBench,
  };
}

const sameLengths = (one: Lengths, other: Lengths): boolean =>
  Object.keys(other).every((name) => one[name] === other[name]);
