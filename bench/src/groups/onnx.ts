import { type Context, isSmall, type Rounds } from '../context.js';
import { measure, type Timing } from '../measure.js';
import { handWrittenCandidate, type TrainingCandidate, trainerCandidate } from '../onnx/candidates.js';
import { type Network, perceptron, recurrent } from '../onnx/networks.js';
import { useNode, useWeb } from '../onnx/runtimes.js';
import { tfjsPerceptron, tfjsRecurrent } from '../onnx/tfjs-networks.js';
import { type Row, rowOf } from '../row.js';

const BATCH = 64;
/** Batches whose gradients are added up in one step. */
const GATHERED = 4;
const HIDDEN = 64;
const LENGTH = 20;
const FEATURES = 32;

/** Steps before those that count: V8 goes on compiling a large module in the background for a while. */
const WARM_STEPS = 60;

/** Training on ONNX Runtime against TensorFlow.js and against a step graph written by hand. */
export async function measureOnnx(context: Context): Promise<Row[]> {
  const quick = isSmall(context);
  const [web, node] = [await useWeb(), await useNode()];
  const layers = quick ? [64, 64, 10] : [784, 1024, 1024, 10];
  const mlp = perceptron(layers, BATCH);
  context.say(`onnx, a perceptron of ${mlp.elements} weights`);
  const [ours, oursNode, byHand, dense, tfjs] = await compete(context, mlp, [
    await trainerCandidate(web, mlp),
    await trainerCandidate(node, mlp),
    await handWrittenCandidate(web, mlp, true),
    await handWrittenCandidate(web, mlp, false),
    await tfjsPerceptron(mlp),
  ]);
  context.say(`onnx, ${GATHERED} batches in a step`);
  const gathered = await compete(context, mlp, [
    await trainerCandidate(web, mlp, GATHERED),
    await trainerCandidate(node, mlp, GATHERED),
    await trainerCandidate(web, perceptron(layers, GATHERED * BATCH)),
    await trainerCandidate(node, perceptron(layers, GATHERED * BATCH)),
  ]);
  const lstm = recurrent(HIDDEN, quick ? 4 : LENGTH, FEATURES, BATCH);
  context.say(`onnx, an LSTM of ${HIDDEN} units over ${LENGTH} steps`);
  const recurrents = await compete(context, lstm, [
    await trainerCandidate(web, lstm),
    await trainerCandidate(node, lstm),
    await tfjsRecurrent('cpu', HIDDEN, lstm),
    await tfjsRecurrent('wasm', HIDDEN, lstm),
  ]);
  const best = recurrents[2]!.median < recurrents[3]!.median ? recurrents[2]! : recurrents[3]!;
  const option = (network: Network, work: string, goal?: string) => ({
    group: 'onnx',
    elements: network.elements,
    work,
    cheaper: true,
    ...(goal && { goal, ...(quick && { reported: 'a smoke run, another network' }) }),
  });
  const row = (network: Network, timing: Timing, against: Timing, goal?: string): Row =>
    rowOf(timing, against, {
      ...option(network, `${network === mlp ? 'MLP' : 'LSTM'}: ${timing.name}`, goal),
      note: `${inMilliseconds(timing)} against ${inMilliseconds(against)}`,
    });
  const addedUp = (timing: Timing, whole: Timing): Row =>
    rowOf(
      timing,
      { ...whole, name: `trainer.step of one batch of ${GATHERED * BATCH}` },
      {
        group: 'onnx',
        elements: mlp.elements,
        work: `MLP: ${timing.name}`,
        note: `${inMilliseconds(timing)} against ${inMilliseconds(whole)}`,
      },
    );
  return [
    row(mlp, ours!, tfjs!, 'onnx-web'),
    row(mlp, ours!, byHand!, 'onnx-hand'),
    row(mlp, ours!, dense!),
    row(mlp, oursNode!, tfjs!, 'onnx-node'),
    addedUp(gathered[0]!, gathered[2]!),
    addedUp(gathered[1]!, gathered[3]!),
    row(lstm, recurrents[0]!, best, 'onnx-lstm'),
    row(lstm, recurrents[1]!, best, 'onnx-lstm'),
  ];
}

/** Warms everybody up, times them in turns, and closes them. */
async function compete(
  { rounds }: Context,
  { elements }: Network,
  candidates: readonly TrainingCandidate[],
): Promise<Timing[]> {
  const all: Rounds = rounds(elements);
  const warm = Math.min(WARM_STEPS, 2 * all.samples);
  for (const { candidate, loss } of candidates) {
    let first: number | undefined;
    for (let step = 0; step < (candidate.name.startsWith('tfjs') ? 4 : warm); step += 1) {
      await candidate.prepare?.();
      if ('run' in candidate) await candidate.run();
      first ??= loss();
    }
    if (!(loss() < first!)) throw new Error(`${candidate.name} does not learn: ${first} to ${loss()}`);
  }
  const timings = await measure(
    candidates.map(({ candidate }) => candidate),
    { samples: all.samples, warmups: 2, limitSeconds: 120 },
  );
  for (const { close } of candidates) await close();
  return timings;
}

function inMilliseconds({ median, min }: Timing): string {
  return `${(median / 1e6).toFixed(1)} ms (${(min / 1e6).toFixed(1)})`;
}
