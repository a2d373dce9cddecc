import { buildModel } from '@synaprune/onnx/graph';
import { chooseMask, createMoments, createWasmKernels, refitRows, scriptKernels } from '@synaprune/refit';
import { type Context, fewRounds, isSmall } from '../context.js';
import { measure } from '../measure.js';
import { type BenchRuntime, useNode, useWeb } from '../onnx/runtimes.js';
import { createRandom } from '../randoms.js';
import { type Row, rowOf, unmeasured } from '../row.js';

/** A layer without training: Gram matrix, mask and refit, against the plain loops and the runtimes' own products. */
export async function measureRefit(context: Context): Promise<Row[]> {
  const quick = isSmall(context);
  const layer = createLayer(quick ? 64 : 512, quick ? 512 : 4096);
  const kernels = createWasmKernels();
  if (kernels === undefined) {
    const elements = layer.edge ** 2;
    return [unmeasured({ group: 'refit', elements }, 'Gram, mask and refit', 'there is no WebAssembly here')];
  }
  const rows = [await measureLayer(context, layer, kernels)];
  for (const runtime of [await useNode(), await useWeb()]) {
    rows.push(await measureGram(context, layer, runtime));
  }
  return rows;
}

/** A square layer, and inputs that hang together as a rectified layer's do. */
interface Layer {
  readonly edge: number;
  readonly samples: number;
  readonly weights: Float32Array;
  readonly inputs: Float32Array;
}

function createLayer(edge: number, samples: number): Layer {
  const random = createRandom(1);
  const inputs = new Float32Array(samples * edge);
  for (let i = 0; i < inputs.length; i += 1) {
    inputs[i] = Math.max(0, (i % edge > 0 ? 0.7 * inputs[i - 1]! : 0) + 1.4 * random() - 0.7);
  }
  return { edge, samples, inputs, weights: Float32Array.from({ length: edge ** 2 }, () => 2 * random() - 1) };
}

async function measureLayer(
  { rounds, say }: Context,
  { edge, samples, weights, inputs }: Layer,
  fast: typeof scriptKernels,
): Promise<Row> {
  say('refit, a layer');
  const missed: number[] = [];
  const refit = async (kernels: typeof scriptKernels, at: number): Promise<void> => {
    const builder = createMoments({ features: edge, kernels });
    builder.add(inputs);
    const moments = builder.finish();
    const options = { weights, rows: edge, moments, kernels };
    const mask = await chooseMask({ ...options, sparsity: 0.5, method: 'wanda' });
    missed[at] = (await refitRows({ ...options, dense: weights, mask })).error.after;
  };
  const elements = edge ** 2;
  const [got, plain] = await measure(
    [
      { name: `${edge} × ${edge}, ${samples} samples: Gram, mask, refit`, run: () => refit(fast, 0) },
      { name: 'the plain loops', run: () => refit(scriptKernels, 1) },
    ],
    { ...fewRounds(rounds(elements)), limitSeconds: 60 },
  );
  return rowOf(got!, plain!, {
    group: 'refit',
    elements,
    cheaper: true,
    goal: 'refit-layer',
    note: `missed after: ${missed[0]!.toFixed(6)} and ${missed[1]!.toFixed(6)}; ${milliseconds(got!)} against ${milliseconds(plain!)} ms`,
  });
}

async function measureGram(
  { rounds, say }: Context,
  { edge, samples, inputs }: Layer,
  { name, ort, executionProviders, sessionOptions }: BenchRuntime,
): Promise<Row> {
  say(`refit, Gram, ${name}`);
  const model = buildModel({
    nodes: [['MatMul', ['a', 'b'], ['c']]],
    inputs: { a: [edge, samples], b: [samples, edge] },
    outputs: ['c'],
  });
  const across = new Float32Array(inputs.length);
  for (let s = 0; s < samples; s += 1) {
    for (let j = 0; j < edge; j += 1) across[j * samples + s] = inputs[s * edge + j]!;
  }
  const feeds = {
    a: new ort.Tensor('float32', across, [edge, samples]),
    b: new ort.Tensor('float32', inputs, [samples, edge]),
  };
  const session = await ort.InferenceSession.create(model, { executionProviders, ...sessionOptions });
  const elements = edge ** 2;
  const [gram, product] = await measure(
    [
      {
        name: `Gram of ${edge} inputs, ${samples} samples`,
        run: () => {
          const builder = createMoments({ features: edge });
          builder.add(inputs);
          return builder.finish();
        },
      },
      { name: `MatMul of ${name}`, run: () => session.run(feeds) },
    ],
    rounds(elements),
  );
  await session.release();
  return rowOf(gram!, product!, {
    group: 'refit',
    elements,
    goal: 'refit-gram',
    note: `${milliseconds(gram!)} against ${milliseconds(product!)} ms, one thread`,
  });
}

function milliseconds({ median }: { readonly median: number }): string {
  return (median / 1e6).toFixed(1);
}
