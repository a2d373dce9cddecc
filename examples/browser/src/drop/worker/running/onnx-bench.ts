import { floatOfHalf } from '@synaprune/core/numbers';
import { modelInputs, type OnnxRuntime, scanOnnx } from '@synaprune/onnxruntime';
import type { Answers } from '@synaprune/refit';
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { inTerminal } from '../../command-line';
import type { Turn } from '../turn';
import type { Bench, BenchOptions, Loaded } from './bench';
import { drawLine, LINES } from './lines';
import { NotRunError } from './no-runtime';
import { drawNoise, planInputs } from './noise';
import { openOnnxRuntime } from './open-onnxruntime';
import { refusalOf } from './refusals';

const RUNTIME = 'ONNX Runtime';

/** Samples of noise that are made at most. */
const NOISE = 8;

/** Samples of noise that the models answer however long that takes. */
const FEWEST = 2;

/**
 * ONNX Runtime with samples for a model.
 *
 * @throws NotRunError in words
 */
export async function openOnnxBench(
  model: Uint8Array,
  { lengths: given, lines }: BenchOptions,
): Promise<Bench<Uint8Array>> {
  const ort = await openOnnxRuntime();
  const { inputs, lengths } = planOf(model, given);
  const samples = Array.from({ length: lines ? LINES : NOISE }, (_, sample) => {
    const drawn = lines ? { [inputs[0]!.name]: drawLine(sample) } : drawNoise(inputs, lengths, sample);
    return Object.fromEntries(
      inputs.map(({ name, type }) => {
        const { data, dims } = drawn[name]!;
        return [name, new ort.Tensor(type as 'float32', data as Float32Array, [...dims]) as Tensor];
      }),
    );
  });

  return {
    ground: {
      runtime: `${RUNTIME} ${ort.env.versions.web ?? ''} on WebAssembly, one thread`,
      samples: lines ? 'lines of text drawn by this page, every other one upside down' : 'noise',
      noise: !lines,
      inputs,
      lengths: lines ? {} : lengths,
    },
    samples: samples.length,
    fewest: lines ? LINES : FEWEST,
    load: (content) => loadOnnx(ort, content, samples),
    async scan(content, unit, count, turn, onTried) {
      const { layers } = await scanOnnx({
        ort: breathing(ort, turn),
        model: content,
        unit,
        inputs: samples.slice(0, count),
        signal: turn.signal,
        onProgress: onTried,
      });
      return layers;
    },
    async dispose() {},
  };
}

function planOf(model: Uint8Array, given: BenchOptions['lengths']): ReturnType<typeof planInputs> {
  try {
    return planInputs(modelInputs(model), given);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new NotRunError(
      `this page has nothing to feed it: ${error.message}. The command line takes inputs: ${inTerminal('compare --inputs')}`,
    );
  }
}

async function loadOnnx(
  ort: OnnxRuntime,
  model: Uint8Array,
  samples: readonly Readonly<Record<string, Tensor>>[],
): Promise<Loaded> {
  const session = await refused(() =>
    ort.InferenceSession.create(model, {
      executionProviders: ['wasm'],
      executionMode: 'sequential',
      logSeverityLevel: 4,
    }),
  );
  const run = (sample: number): Promise<InferenceSession.ReturnType> =>
    refused(() => session.run(samples[sample % samples.length]!));
  return {
    run: async (sample) => answersOf(await run(sample)),
    async time(sample, runs) {
      const start = performance.now();
      for (let i = 0; i < runs; i += 1) await run(sample);
      return performance.now() - start;
    },
    release: () => session.release(),
  };
}

async function refused<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    throw new NotRunError(refusalOf(RUNTIME, error), { cause: error });
  }
}

/** Outputs that can be compared: half precision widened, text and lists left out. */
function answersOf(outputs: InferenceSession.ReturnType): Answers {
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([name, { type, data, dims }]) => {
      if (!ArrayBuffer.isView(data)) return [];
      const halves = type === 'float16' && data instanceof Uint16Array;
      return [[name, { data: halves ? Float32Array.from(data, floatOfHalf) : data, dims }]];
    }),
  ) as Answers;
}

/** The runtime with a breath before each run, so that what is asked meanwhile is not kept waiting. */
function breathing(ort: OnnxRuntime, turn: Turn): OnnxRuntime {
  return {
    Tensor: ort.Tensor,
    env: ort.env,
    InferenceSession: {
      async create(model, options) {
        await turn.breathe();
        const session = await ort.InferenceSession.create(model, options);
        const run = session.run.bind(session) as (
          ...given: unknown[]
        ) => Promise<InferenceSession.ReturnType>;
        return Object.assign(Object.create(session) as InferenceSession, {
          run: async (...given: unknown[]) => {
            await turn.breathe();
            return run(...given);
          },
          release: () => session.release(),
        });
      },
    },
  };
}
