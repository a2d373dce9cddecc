import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { shrinkOnnx } from '@synaprune/onnx-shrink';
import { type Context, isSmall } from '../context.js';
import { measure, type Timing } from '../measure.js';
import { type BenchRuntime, useNode, useWeb } from '../onnx/runtimes.js';
import { judged, type Row, rowOf } from '../row.js';
import { measureLargeFile } from '../shrink/large-file.js';
import { measureLayersModel } from '../shrink/layers-model.js';
import { numbersFor, type RealModel, readModel, realModels } from '../shrink/real-models.js';

/** Runs before those that count: V8 goes on compiling a large module in the background for a while. */
const WARM_RUNS = 30;

/** Half of the channels of real models removed: time of a run, bytes; a file of 44 million weights. */
export async function measureShrink(context: Context): Promise<Row[]> {
  const quick = isSmall(context);
  const runtimes = [await useNode(), await useWeb()];
  const rows: Row[] = [];
  for (const real of quick ? realModels.slice(0, 1) : realModels) {
    context.say(`shrink, ${real.name}`);
    const dense = readModel(real);
    const { model, report } = shrinkOnnx(dense, { keep: 0.5 });
    const elements = report.parameters.before;
    const { before, after } = report.multiplyAdds;
    for (const runtime of runtimes) {
      const [small, whole] = await compete(context, runtime, real, model, dense);
      rows.push(
        rowOf(small!, whole!, {
          group: 'shrink',
          elements,
          cheaper: true,
          goal: `shrink-${real.name}`,
          note: `${milliseconds(small!)} against ${milliseconds(whole!)} ms; ${(after / before).toFixed(2)} of the multiply-adds`,
        }),
      );
    }
    rows.push(bytesRow(real, dense, model, elements, quick));
  }
  rows.push(await measureLayersModel(context));
  return [...rows, ...(await measureLargeFile(context, quick))];
}

/** One session with each model, run in turns. */
async function compete(
  { rounds }: Context,
  { name, ort, executionProviders, sessionOptions }: BenchRuntime,
  real: RealModel,
  small: Uint8Array,
  dense: Uint8Array,
): Promise<Timing[]> {
  const feeds = Object.fromEntries(
    Object.entries(real.inputs).map(([input, fed]) => [
      input,
      fed.int64 === undefined
        ? new ort.Tensor('float32', numbersFor(fed), [...fed.shape])
        : new ort.Tensor('int64', BigInt64Array.of(fed.int64), [...fed.shape]),
    ]),
  );
  const sessions = await Promise.all(
    [small, dense].map((model) =>
      ort.InferenceSession.create(model, { executionProviders, ...sessionOptions }),
    ),
  );
  const { samples, warmups } = rounds(1e6);
  for (let run = 0; run < WARM_RUNS; run += 1) for (const session of sessions) await session.run(feeds);
  const timings = await measure(
    sessions.map((session, i) => ({
      name: `${real.name}, ${i === 0 ? 'half the channels' : 'dense'}, ${name}`,
      run: () => session.run(feeds),
    })),
    { samples, warmups },
  );
  for (const session of sessions) await session.release();
  return timings;
}

function bytesRow(
  real: RealModel,
  dense: Uint8Array,
  small: Uint8Array,
  elements: number,
  quick: boolean,
): Row {
  const brotli = (bytes: Uint8Array) =>
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quick ? 4 : 11 } }).length;
  const gzip = (bytes: Uint8Array) => gzipSync(bytes, { level: 9 }).length;
  const change = (size: (bytes: Uint8Array) => number) =>
    `${size(dense)} to ${size(small)} (${(size(small) / size(dense)).toFixed(2)})`;
  return judged(`shrink-${real.name}-bytes`, {
    group: 'shrink',
    work: `${real.name}, half the channels: bytes of the file`,
    elements,
    share: small.length / dense.length,
    note: `${change((bytes) => bytes.length)}; gzip ${change(gzip)}; brotli ${change(brotli)}`,
  });
}

function milliseconds({ median, min }: Timing): string {
  return `${(median / 1e6).toFixed(2)} (${(min / 1e6).toFixed(2)})`;
}
