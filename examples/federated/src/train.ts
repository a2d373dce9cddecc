import { buildModel } from '@synaprune/onnx/graph';
import { type Client, createClient, type Plan, type Update } from './client.js';
import { pointsOf } from './points.js';

/** What a training came to. */
export interface Trained {
  /** Of points of all arms that nobody learned from. */
  readonly accuracy: number;
  /** The same of each client that learned alone. */
  readonly alone: readonly number[];
  /** Rounds after which all had dropped the same. */
  readonly agreed: number;
  /** What one client sends in a round. */
  readonly bytesSent: number;
  readonly model: Uint8Array;
}

/** Two in, two layers of 32, three out. */
function network(): Uint8Array {
  let state = 7;
  const random = (count: number, scale: number) =>
    Float32Array.from({ length: count }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state / 2 ** 31 - 1) * scale;
    });
  return buildModel({
    inputs: { x: ['points', 2] },
    tensors: {
      first: { shape: [2, 32], data: random(64, 1.5) },
      firstBias: { shape: [32], data: random(32, 0.5) },
      second: { shape: [32, 32], data: random(1024, 0.4) },
      secondBias: { shape: [32], data: random(32, 0.1) },
      last: { shape: [32, 3], data: random(96, 0.4) },
      lastBias: { shape: [3], data: random(3, 0.1) },
    },
    nodes: [
      ['Gemm', ['x', 'first', 'firstBias'], ['a']],
      ['Tanh', ['a'], ['b']],
      ['Gemm', ['b', 'second', 'secondBias'], ['c']],
      ['Tanh', ['c'], ['d']],
      ['Gemm', ['d', 'last', 'lastBias'], ['y']],
    ],
    outputs: ['y'],
  });
}

/** The mean of what clients send, each by how many samples it has. */
export function average(updates: readonly Update[]): Map<string, Float32Array> {
  const all = updates.reduce((sum, { samples }) => sum + samples, 0);
  return new Map(
    [...updates[0]!.weights.keys()].map((name) => [
      name,
      updates[0]!.weights
        .get(name)!
        .map((_, at) =>
          updates.reduce((sum, { weights, samples }) => sum + (samples / all) * weights.get(name)![at]!, 0),
        ),
    ]),
  );
}

/** Trains one network on the samples of two clients, of which each knows two of the three arms. */
export async function train(plan: Plan, tell: (text: string) => void): Promise<Trained> {
  const model = network();
  const own = [
    { arms: [0, 1], count: 90 },
    { arms: [1, 2], count: 60 },
  ];
  const unseen = pointsOf([0, 1, 2], 50, 0.5);
  const open = () =>
    Promise.all(own.map(({ arms, count }) => createClient(model, pointsOf(arms, count), plan)));

  const alone: number[] = [];
  for (const client of await open()) {
    let weights: ReadonlyMap<string, Float32Array> = new Map();
    for (let round = 0; round < plan.rounds; round += 1) ({ weights } = await client.round(weights));
    alone.push(await client.accuracy(unseen, weights));
    await client.dispose();
  }

  const clients: readonly Client[] = await open();
  let weights: ReadonlyMap<string, Float32Array> = new Map();
  let agreed = 0;
  for (let round = 0; round < plan.rounds; round += 1) {
    // One after another here; each on a machine of its own elsewhere, which gets the weights and sends some.
    const updates: Update[] = [];
    for (const client of clients) updates.push(await client.round(weights));
    weights = average(updates);
    const digests = await Promise.all(clients.map((client) => client.digest()));
    if (new Set(digests).size === 1) agreed += 1;
    if ((round + 1) % 20 === 0) {
      const accuracy = await clients[0]!.accuracy(unseen, weights);
      tell(`round ${round + 1}: ${(100 * accuracy).toFixed(0)} % of unseen points told, masks ${digests[0]}`);
    }
  }
  const accuracy = await clients[0]!.accuracy(unseen, weights);
  const exported = await clients[1]!.export(weights);
  for (const client of clients) await client.dispose();
  const bytesSent = [...weights.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  return { accuracy, alone, agreed, bytesSent, model: exported };
}
