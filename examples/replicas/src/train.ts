import { requireAgreement } from '@synaprune/core/methods';
import type { Tensors } from './network.js';
import type { Checkpoint, Replica } from './replica.js';
import { samples } from './spirals.js';

/** A replica that can be lost. */
export interface Mortal extends Replica {
  end?(): Promise<void>;
}

/** How a training goes. */
export interface Training {
  readonly start: (from?: Checkpoint) => Promise<Mortal>;
  readonly names: readonly string[];
  readonly steps: number;
  /** Steps from one update of the masks to the next. */
  readonly every: number;
  /** A replica that is lost at a step, and comes back at a later one. */
  readonly loses?: { readonly name: string; readonly at: number; readonly backAt: number };
  readonly tell: (text: string) => void;
}

/** What came of it. */
export interface Trained {
  readonly accuracy: number;
  readonly sparsity: number;
  /** Digest of the last update, the same of every replica. */
  readonly digest: string;
  /** Updates at which all replicas agreed. */
  readonly agreed: number;
}

/**
 * Data-parallel training: each replica finds the gradients of its part of the samples, all take the step of their average,
 * and each chooses masks for itself. Nothing is said of masks but a digest, at every update.
 *
 * @throws PruneError `replica-mismatch` where they no longer go together, with the weight and the update
 */
export async function train({ start, names, steps, every, loses, tell }: Training): Promise<Trained> {
  const replicas = new Map<string, Mortal>();
  for (const name of names) replicas.set(name, await start());
  let [digest, agreed] = ['', 0];
  try {
    for (let step = 0; step < steps; step += 1) {
      if (step === loses?.at) {
        await replicas.get(loses.name)?.end?.();
        replicas.delete(loses.name);
        tell(`step ${step}: ${loses.name} is lost, ${replicas.size} go on with all of the samples`);
      }
      if (step === loses?.backAt) {
        const [[from, other]] = replicas as unknown as [[string, Mortal]];
        replicas.set(loses.name, await start(await other.save()));
        tell(`step ${step}: ${loses.name} goes on from the state of ${from}`);
      }
      if (step % every === 0) {
        digest = await updateAll(replicas, step);
        agreed += 1;
        if (step % (10 * every) === 0) tell(`update ${digest} of ${[...replicas.keys()].join(', ')}`);
      }
      const living = [...replicas.values()];
      const parts = await Promise.all(
        living.map((one, index) => one.gradients({ index, of: living.length })),
      );
      const averaged = average(parts);
      await Promise.all(living.map((one) => one.step(averaged)));
    }
    digest = await updateAll(replicas, steps);
    const report = await [...replicas.values()][0]!.report();
    return { ...report, digest, agreed: agreed + 1 };
  } finally {
    for (const replica of replicas.values()) await replica.end?.();
  }
}

/** Updates the masks of all, and says what they came to. */
async function updateAll(replicas: ReadonlyMap<string, Replica>, position: number): Promise<string> {
  const entries = [...replicas];
  const digests = await Promise.all(
    entries.map(async ([name, one]): Promise<[string, string]> => [name, await one.update(position)]),
  );
  const [[, digest]] = digests as [[string, string]];
  if (digests.every(([, other]) => other === digest)) return digest;
  // States are larger than digests, and say which weights differ: they are asked for only now.
  const states = entries.map(async ([name, one]) => [name, (await one.save()).pruner] as const);
  requireAgreement(Object.fromEntries(await Promise.all(states)));
  return digest;
}

/** Added up in the order of the replicas, so that every run has the same bits. */
function average(parts: readonly Tensors[]): Tensors {
  return parts[0]!.map((own, i) =>
    own.map((_, at) => parts.reduce((sum, part) => sum + part[i]![at]!, 0) / samples.length),
  );
}
