import * as tf from '@tensorflow/tfjs';
import { budgetOf, pruneNow, tensorsOf } from '../bed.js';
import { type Context, fewRounds } from '../context.js';
import { GAUSSIAN } from '../distributions.js';
import { type Candidate, measure } from '../measure.js';
import { floydRivest } from '../peers/floyd-rivest.js';
import type { PythonWork } from '../peers/python.js';
import { topkThreshold, useTensorflow } from '../peers/tensorflow.js';
import { type Row, rowOf, unmeasured } from '../row.js';

/** Most elements that peers are given, and the cpu backend of TensorFlow.js, which makes an object of each. */
const MOST = 1e7;
const MOST_OBJECTS = 1e6;

/** A peer, what it is compared with, and the goal it is about. */
interface Peer {
  readonly candidate: Candidate;
  /** Whether it selects only, or prunes. */
  readonly does: 'select' | 'prune';
  readonly goal?: string;
}

/** Selecting and pruning against what others would use, on the same weights in one run. */
export async function measurePeers(context: Context): Promise<Row[]> {
  const rows: Row[] = [];
  for (const elements of context.sizes.filter((size) => size <= MOST)) {
    context.say(`peers, ${elements} weights`);
    rows.push(...(await measureSize(context, elements)));
  }
  return rows;
}

async function measureSize({ rounds, bed, python }: Context, elements: number): Promise<Row[]> {
  const ground = await bed(elements, GAUSSIAN);
  const count = budgetOf(ground);
  const tensors = tensorsOf(ground);
  const options = { group: 'peers', elements } as const;
  const rows: Row[] = [];
  const peers: Peer[] = [...scriptPeers(tensors, count), ...(await tensorflowPeers(tensors, count))];
  for (const { work, goal, does } of PYTHON) {
    const reason = python.missing(work);
    if (reason !== undefined) rows.push(unmeasured({ ...options, ...(goal && { goal }) }, work, reason));
    else {
      const candidate = { name: work, runElsewhere: () => python.time(work, count) };
      peers.push({ candidate, does, ...(goal && { goal }) });
    }
  }
  if (peers.some(({ candidate }) => 'runElsewhere' in candidate)) await python.load(tensors);
  const { kernels, parts } = ground.plot;
  const [select, prune, ...others] = await measure(
    [
      { name: 'kernels.select', run: () => kernels.select(parts, count) },
      { name: 'full exact prune', run: () => pruneNow(ground.plot, count) },
      ...peers.map(({ candidate }) => candidate),
    ],
    { ...fewRounds(rounds(elements)), prepare: ground.restore, collect: true, limitSeconds: 120 },
  );
  for (const backend of ['cpu', 'wasm'] as const) {
    if (tf.findBackend(backend) != null) {
      await useTensorflow(backend);
      tf.disposeVariables();
    }
  }
  const measured = peers.map(({ does, goal }, i) =>
    rowOf(does === 'select' ? select! : prune!, others[i]!, {
      ...options,
      cheaper: true,
      ...(goal && { goal }),
    }),
  );
  return [...measured, ...rows];
}

const PYTHON: readonly { work: PythonWork; does: Peer['does']; goal?: string }[] = [
  { work: 'numpy.partition', does: 'select', goal: 'peer-numpy' },
  { work: 'numpy.partition, mask, multiply', does: 'prune' },
  { work: 'torch global_unstructured', does: 'prune', goal: 'peer-torch' },
];

function scriptPeers(tensors: readonly Float32Array[], count: number): Peer[] {
  const elements = tensors.reduce((sum, { length }) => sum + length, 0);
  const magnitudes = () => {
    const all = new Float32Array(elements);
    let at = 0;
    for (const values of tensors) {
      for (let i = 0; i < values.length; i += 1, at += 1) all[at] = Math.abs(values[i]!);
    }
    return all;
  };
  return [
    {
      candidate: { name: 'Float32Array.sort of a copy', run: () => magnitudes().sort()[count - 1] },
      does: 'select',
      goal: 'peer-sort',
    },
    {
      candidate: { name: 'Floyd–Rivest quickselect', run: () => floydRivest(magnitudes(), count - 1) },
      does: 'select',
    },
  ];
}

async function tensorflowPeers(tensors: readonly Float32Array[], count: number): Promise<Peer[]> {
  const elements = tensors.reduce((sum, { length }) => sum + length, 0);
  const peers: Peer[] = [];
  for (const backend of ['cpu', 'wasm'] as const) {
    if (backend === 'cpu' && elements > MOST_OBJECTS) continue;
    await useTensorflow(backend);
    const weights = tensors.map((values) => tf.tidy(() => tf.variable(tf.tensor1d(values.slice()))));
    peers.push({
      candidate: {
        name: `tf.topk, ${backend}`,
        prepare: () => useTensorflow(backend),
        run: () => tf.tidy(() => topkThreshold(weights, elements - count).dataSync()),
      },
      does: 'select',
    });
  }
  return peers;
}
