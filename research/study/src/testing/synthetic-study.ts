import { createRandom } from '@synaprune/examples-kit/random';
import type { Evaluations, ModelName, RunResult, RunSpec, Score, TrainingSpec } from '../run.js';
import type { Cell, StoredRun, Study } from '../study.js';
import type { Protocol, SeriesIdentity } from '../task.js';

/** What a made-up study has in it. Everything that is left out has a small default. */
export interface SyntheticOptions {
  readonly protocol?: Protocol;
  readonly arms?: readonly string[];
  readonly models?: readonly ModelName[];
  readonly series?: readonly string[];
  readonly lengths?: readonly number[];
  readonly seeds?: readonly number[];
  /** Relative spread of the seeds; 0 makes every figure exact. */
  readonly noise?: number;
  /** MAE of an arm in error units, before noise. */
  mae?(at: Place): number;
  /** Whether a run is not there. */
  missing?(at: Place & { readonly seed: number }): boolean;
  /** MAE of repeating the last value, in error units. */
  readonly persistence?: number;
  /** MAE of a linear model, in error units. */
  readonly linear?: number;
}

/** Where in the design a run stands. */
export interface Place {
  readonly arm: string;
  readonly model: ModelName;
  readonly series: number;
  readonly length: number;
}

/** Original units in one error unit, everywhere in a made-up study. */
export const ERROR_UNIT = 20;

/** A study that nobody ran, for tests: plausible in shape, known in its numbers, the same each time. */
export function syntheticStudy(options: SyntheticOptions = {}): Study {
  const {
    protocol = 'honest',
    arms = ['none', 'dropout', 'mc-dropout', 'pruning', 'persistence'],
    models = ['rnn', 'lstm'],
    series = ['births', 'sp500'],
    lengths = [1, 7],
    seeds = [42, 43, 44],
    noise = 0.02,
    mae = () => 0.5,
    missing = () => false,
    persistence = 0.6,
    linear = 0.55,
  } = options;
  const runs = new Map<string, StoredRun>();
  const cells: Cell[] = [];
  let absent = 0;
  const failed: Study['failed'][number][] = [];
  for (const arm of arms) {
    for (const model of models) {
      for (const [index, source] of series.entries()) {
        for (const length of lengths) {
          const place = { arm, model, series: index, length };
          const found: Cell['runs'][number][] = [];
          for (const seed of arm === 'persistence' ? [] : seeds) {
            const key = [arm, model, source, length, seed].join('-');
            const spec = specOf(protocol, arm, model, source, length, seed);
            if (missing({ ...place, seed })) {
              absent += 1;
              failed.push({ key, spec, message: 'the loss is not a number' });
              continue;
            }
            const error = mae(place) * (1 + noise * createRandom(seed, key).normal());
            runs.set(key, { key, spec, result: resultOf(spec, error, persistence) });
            found.push({ seed, key });
          }
          cells.push({
            ...place,
            chosen: arm === 'persistence' ? '' : `${arm} as it is`,
            tuning:
              arm === 'persistence'
                ? []
                : [
                    { label: `${arm} as it is`, scaledMae: 0.4, keys: found.map(({ key }) => key) },
                    { label: `${arm} stronger`, scaledMae: 0.45, keys: [] },
                  ],
            runs: found,
          });
        }
      }
    }
  }
  return {
    protocol,
    series: series.map(identityOf),
    remarks: [
      { series: 0, length: lengths[0]!, remarks: ['3 windows touch missing values and are left out'] },
    ],
    persistence: series.flatMap((_, index) =>
      lengths.map((length) => ({ series: index, length, score: score(persistence) })),
    ),
    linear: series.flatMap((_, index) =>
      lengths.map((length) => ({
        series: index,
        length,
        score: score(linear),
        ridge: 0.1,
        weights: 3 * length + 1,
        rows: length,
        stretch: { truth: wave(0), lastValue: wave(1), linear: wave(0.5) },
      })),
    ),
    impossible: [],
    models,
    lengths,
    seeds,
    tuningSeeds: seeds.slice(0, 1),
    arms: arms.map((name) => ({
      name,
      title: name,
      explanation: `What ${name} does.`,
      evaluation: name === 'mc-dropout' ? 'twentyPasses' : name === 'mc-dropout-1' ? 'onePass' : 'off',
    })),
    cells,
    runs,
    missing: absent,
    failed,
    machine: { cpu: 'A processor', cores: 2, node: 'v20.0.0' },
    date: '2026-01-31T12:00:00.000Z',
    runSeconds: 90 * 60,
  };
}

function identityOf(source: string): SeriesIdentity {
  return {
    source,
    target: 'value',
    name: `The series ${source}`,
    unit: 'units',
    step: 'day',
    provenance: `Made up for ${source}`,
    licence: 'CC0-1.0',
    sha256: source.padEnd(64, '0'),
  };
}

const PRUNED = /pruning|zhu-gupta|zero-to-target|one-shot|random/;
const NOISY = /dropout/;

function specOf(
  protocol: Protocol,
  arm: string,
  model: ModelName,
  source: string,
  length: number,
  seed: number,
): RunSpec {
  const training: TrainingSpec = {
    learningRate: 1e-3,
    dropout: NOISY.test(arm) ? 0.3 : 0,
    weightDecay: arm === 'l2' ? 1e-4 : 0,
    narrowed: arm === 'narrow' ? 0.7 : 0,
    noisyValidation: false,
    pruning: PRUNED.test(arm)
      ? {
          recipe: {
            schedule: { kind: 'synapticRamp', from: 0.3, to: 0.7, start: 2, end: 10 },
            rule: 'exact',
          },
          everyBatches: null,
        }
      : null,
  };
  return {
    protocol,
    series: { source, target: 'value', sha256: source.padEnd(64, '0') },
    length,
    model,
    training,
    stopping: {
      epochs: 20,
      batchSize: 64,
      patience: 3,
      against: protocol === 'honest' ? 'best' : 'previous',
      leastEpochs: 0,
      scored: protocol === 'honest' ? 'best' : 'last',
    },
    seed,
    runtime: 'onnxruntime-node 1.30.0',
  };
}

function resultOf(spec: RunSpec, error: number, persistence: number): RunResult {
  const evaluations = (factor: number): Evaluations => ({
    off: score(error * factor),
    onePass: spec.training.dropout > 0 ? score(error * factor * 1.05) : null,
    twentyPasses: spec.training.dropout > 0 ? score(error * factor * 1.01) : null,
  });
  const { pruning } = spec.training;
  const epochs = Array.from({ length: 14 }, (_, epoch) => {
    const shape = 1 + 0.8 * Math.exp(-epoch / 3) + 0.004 * epoch;
    const sparsity = pruning === null || epoch < 2 ? 0 : Math.min(0.7, 0.3 + 0.4 * ((epoch - 2) / 8) ** 3);
    return {
      epoch,
      trainLoss: (error * shape) ** 2,
      validationLoss: (error * shape) ** 2 * 1.2,
      validationMae: error * shape,
      sparsity,
    };
  });
  const best = evaluations(1);
  const last = evaluations(pruning === null ? 1.15 : 1.05);
  const scored = spec.stopping.scored === 'best' ? best : last;
  return {
    test: scored,
    validation: scored,
    testAtLast: last,
    testAtBest: best,
    persistence: { test: score(persistence), validation: score(persistence * 1.1) },
    forecasts: wave(0.2),
    bestEpoch: 10,
    scoredEpoch: spec.stopping.scored === 'best' ? 10 : 13,
    epochs,
    sparsity: epochs[10]!.sparsity,
    sparsityByWeight: [{ name: 'kernel', elements: 1000, sparsity: epochs[10]!.sparsity }],
    prunable: 1000,
    parameters: 1100,
    gzipBytes: 3000,
    seconds: 12,
  };
}

/** A stretch of a wave, and what follows it some rows behind. */
function wave(behind: number): number[] {
  return Array.from({ length: 60 }, (_, row) => 100 + 20 * Math.sin((row - behind) / 4));
}

function score(scaledMae: number): Score {
  return {
    mae: scaledMae * ERROR_UNIT,
    rmse: scaledMae * ERROR_UNIT * 1.3,
    scaledMae,
    scaledRmse: scaledMae * 1.3,
  };
}
