import { accelerate } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import { MODELS, type PrunedModel, pruneAtRandom } from '../accelerate/models.js';
import { type Context, isSmall } from '../context.js';
import { measure, type Timing } from '../measure.js';
import { useTensorflow } from '../peers/tensorflow.js';
import { type Row, rowOf } from '../row.js';

/** CPU time of one round, at least: the clock ticks in microseconds, and small models predict in ten. */
const ROUND_MS = 4;

/** Whole predictions of pruned models on packed weights, against the same models as tfjs runs them on wasm. */
export async function measureAccelerate(context: Context): Promise<Row[]> {
  await useTensorflow('wasm');
  const quick = isSmall(context);
  const rows: Row[] = [];
  for (const pruned of MODELS) {
    context.say(`accelerate, ${pruned.name}`);
    for (const batch of quick ? pruned.batches.slice(0, 1) : pruned.batches) {
      rows.push(await measureModel(context, pruned, batch));
    }
  }
  return rows;
}

async function measureModel({ rounds }: Context, pruned: PrunedModel, batch: number): Promise<Row> {
  const { name, sparsity, goal } = pruned;
  // Two models: copies that share weights would share what is packed of them.
  const [packed, dense] = [pruned.make(), pruned.make()];
  for (const model of [packed, dense]) pruneAtRandom(model, sparsity);
  const x = tf.randomNormal([batch, ...(packed.inputs[0]!.shape.slice(1) as number[])], 0, 1, 'float32', 1);
  const predict = (model: tf.LayersModel): Float32Array => {
    const output = model.predict(x) as tf.Tensor;
    const values = output.dataSync() as Float32Array;
    output.dispose();
    return values;
  };
  const { report, release } = accelerate(packed, { inputs: x });
  const [answers, wanted] = [predict(packed), predict(dense)];
  const farthest = answers.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0);
  if (!(farthest <= 1e-5)) throw new Error(`${name}, packed, answers otherwise by ${farthest}`);
  const often = Math.ceil(ROUND_MS / report.milliseconds.after);
  const { samples, warmups } = rounds(1e6);
  const [fast, slow] = await measure(
    [packed, dense].map((model, i) => ({
      name: `${name}, ${i === 0 ? `${100 * sparsity} % zero` : 'tfjs-wasm'}, batch ${batch}`,
      run: () => {
        for (let run = 0; run < often; run += 1) predict(model);
      },
    })),
    { samples, warmups },
  );
  const elements = packed.countParams();
  release();
  x.dispose();
  packed.dispose();
  dense.dispose();
  const each = ({ median, min }: Timing) =>
    `${(median / often / 1e6).toFixed(3)} (${(min / often / 1e6).toFixed(3)})`;
  return rowOf(fast!, slow!, {
    group: 'accelerate',
    elements,
    cheaper: true,
    ...(goal === undefined ? {} : { goal }),
    note: `${each(fast!)} against ${each(slow!)} ms; answers equal to ${farthest.toExponential(0)}`,
  });
}
