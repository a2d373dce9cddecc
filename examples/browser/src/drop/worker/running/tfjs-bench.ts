import {
  type Answers,
  createAgreement,
  type SensitivityCurve,
  type SensitivityLevel,
} from '@synaprune/refit';
import { modelInputs, type RunnableGraph, type RunnableModel } from '@synaprune/tfjs';
import {
  findTfjsWeights,
  pruneTfjs,
  shrinkTfjs,
  type TfjsFileArtifacts,
  tfjsChannelGroups,
} from '@synaprune/tfjs-files';
import type * as tfjs from '@tensorflow/tfjs';
import { inTerminal } from '../../command-line';
import type { Unit } from '../../state';
import type { Bench, BenchOptions, Loaded } from './bench';
import { NotRunError } from './no-runtime';
import { type Drawn, drawNoise, planInputs } from './noise';
import { openTfjs, type Tfjs } from './open-tfjs';
import { refusalOf } from './refusals';

const RUNTIME = 'TensorFlow.js';

/** Samples of noise that are made at most. */
const NOISE = 8;

/** Levels that layers are tried at, as `scanOnnx` has them. */
const LEVELS = [0.3, 0.5, 0.7, 0.9];

/**
 * TensorFlow.js with samples for a model.
 *
 * @throws NotRunError in words
 */
export async function openTfjsBench(
  artifacts: TfjsFileArtifacts,
  { lengths: given }: BenchOptions,
): Promise<Bench<TfjsFileArtifacts>> {
  const runtime = await openTfjs();
  const model = await loadModel(runtime, artifacts);
  const { inputs, lengths } = planOf(model, given);
  model.dispose();
  const samples = Array.from({ length: NOISE }, (_, sample) => drawNoise(inputs, lengths, sample));
  const load = async (content: TfjsFileArtifacts): Promise<Loaded> =>
    loadedOf(runtime, await loadModel(runtime, content), samples);

  return {
    ground: { runtime: runtime.version, samples: 'noise', noise: true, inputs, lengths },
    samples: NOISE,
    fewest: 2,
    load,
    async scan(content, unit, count, turn, onTried) {
      const layers = layersOf(content, unit);
      const dense = await load(content);
      const answers: Answers[] = [];
      try {
        for (let sample = 0; sample < count; sample += 1) answers.push(await dense.run(sample));
      } finally {
        await dense.release();
      }
      const curves = new Map(
        layers.map((layer) => [layer.name, { ...layer, levels: [] as SensitivityLevel[] }]),
      );
      let done = 0;
      for (const level of LEVELS) {
        for (const curve of curves.values()) {
          await turn.breathe();
          const { pruned, changed } = await alone(content, unit, curve, level);
          const sparsity = pruned / curve.elements;
          const tally = createAgreement({ shapes: 'disagree' });
          const other = await load(changed);
          try {
            for (const [sample, before] of answers.entries()) {
              await turn.breathe();
              tally.add(before, await other.run(sample));
            }
          } finally {
            await other.release();
          }
          const agreement = tally.finish().total;
          if (curve.levels.at(-1)?.sparsity !== sparsity) curve.levels.push({ sparsity, agreement });
          done += 1;
          onTried({ done, total: layers.length * LEVELS.length, layer: curve.name, sparsity, agreement });
        }
      }
      return [...curves.values()] satisfies SensitivityCurve[];
    },
    async dispose() {},
  };
}

interface ScannedLayer {
  readonly name: string;
  readonly elements: number;
}

function layersOf(artifacts: TfjsFileArtifacts, unit: Unit): readonly ScannedLayer[] {
  return unit === 'weight'
    ? findTfjsWeights(artifacts)
        .filter(({ pruned }) => pruned)
        .map(({ name, elements }) => ({ name, elements }))
    : tfjsChannelGroups(artifacts).groups.map(({ name, channels }) => ({ name, elements: channels }));
}

/** The model where one layer alone has lost a share. */
async function alone(
  artifacts: TfjsFileArtifacts,
  unit: Unit,
  { name, elements }: ScannedLayer,
  level: number,
): Promise<{ readonly pruned: number; readonly changed: TfjsFileArtifacts }> {
  if (unit === 'weight') {
    const made = await pruneTfjs(artifacts, { sparsity: level, select: { include: [name] } });
    return { pruned: made.report.total.zeros.after, changed: made.artifacts };
  }
  const made = shrinkTfjs(artifacts, { keep: { [name]: Math.max(1 - level, 1 / elements) } });
  const kept = made.report.groups.find((group) => group.name === name)?.kept.length ?? elements;
  return { pruned: elements - kept, changed: made.artifacts };
}

function planOf(model: RunnableModel, given: BenchOptions['lengths']): ReturnType<typeof planInputs> {
  const declared = modelInputs(model).map(({ name, shape, dtype }) => ({
    name,
    type: dtype,
    dims: shape ?? null,
    names: [],
  }));
  try {
    return planInputs(declared, given);
  } catch (error) {
    model.dispose();
    if (!(error instanceof RangeError)) throw error;
    throw new NotRunError(
      `this page has nothing to feed it: ${error.message}. The command line takes inputs: ${inTerminal('compare --inputs')}`,
    );
  }
}

async function loadModel({ tf }: Tfjs, artifacts: TfjsFileArtifacts): Promise<RunnableModel> {
  const source = tf.io.fromMemory(artifacts as tfjs.io.ModelArtifacts);
  try {
    return artifacts.format === 'graph-model'
      ? await tf.loadGraphModel(source)
      : await tf.loadLayersModel(source);
  } catch (error) {
    throw new NotRunError(refusalOf(RUNTIME, error), { cause: error });
  }
}

function loadedOf(
  { tf }: Tfjs,
  model: RunnableModel,
  samples: readonly Readonly<Record<string, Drawn>>[],
): Loaded {
  const isGraph = 'executeAsync' in model && 'outputNodes' in model;
  async function run(sample: number): Promise<tfjs.Tensor[]> {
    const drawn = Object.entries(samples[sample % samples.length]!);
    const fed = drawn.map(
      ([name, { data, dims }]) => [name, tf.tensor(data as Float32Array, [...dims])] as const,
    );
    try {
      if (isGraph)
        return [await (model as RunnableGraph).executeAsync(Object.fromEntries(fed))].flat() as tfjs.Tensor[];
      const tensors = fed.map(([, tensor]) => tensor);
      return [
        (model as tfjs.LayersModel).predictOnBatch(tensors.length === 1 ? tensors[0]! : tensors),
      ].flat();
    } catch (error) {
      throw new NotRunError(refusalOf(RUNTIME, error), { cause: error });
    } finally {
      for (const [, tensor] of fed) tensor.dispose();
    }
  }
  return {
    async run(sample) {
      const outputs = await run(sample);
      const answers = await Promise.all(
        outputs.map(
          async (output, at) =>
            [`output ${at + 1}`, { data: await output.data(), dims: output.shape }] as const,
        ),
      );
      tf.dispose(outputs);
      return Object.fromEntries(answers);
    },
    async time(sample, runs) {
      const start = performance.now();
      for (let i = 0; i < runs; i += 1) {
        const outputs = await run(sample);
        for (const output of outputs) await output.data();
        tf.dispose(outputs);
      }
      return performance.now() - start;
    },
    async release() {
      model.dispose();
    },
  };
}
