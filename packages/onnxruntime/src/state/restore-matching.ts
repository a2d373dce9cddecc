import { PruneError, type Pruner, type RestoreOptions } from '@synaprune/core';
import {
  describe,
  didYouMean,
  isRecord,
  listNames,
  quote,
  requireChoice,
  requireOptions,
} from '@synaprune/core/checks';

/** How a trainer goes on from a state. */
export interface TrainerRestoreOptions extends RestoreOptions {
  /** Takes over the masks; needed where the state was saved with one. */
  readonly pruner?: Pruner;
}

/** Saved names as own names, or that only the position counts. */
export type Matching = ReadonlyMap<string, string> | 'position';

/**
 * What `trainer.prune` returns is no pruner, though it saves and restores as one: it would wait for the call that it is in.
 *
 * @throws TypeError for one, and for what is no pruner at all
 */
function requirePruner(caller: 'save' | 'restore', pruner: unknown): void {
  if (pruner === undefined) return;
  if (isRecord(pruner) && isRecord(pruner.pruner)) {
    throw new TypeError(
      `${caller} needs pruner to be a pruner, got what prune returns: pruner: pruning.pruner, or pruning.${caller}(…), will do`,
    );
  }
  if (isRecord(pruner) && [pruner.save, pruner.restore].every((call) => typeof call === 'function')) return;
  throw new TypeError(`${caller} needs pruner to be a pruner of createPruner, got ${describe(pruner)}`);
}

/**
 * That a pruner, where one is given, prunes this trainer's weights: it reads its masks of this trainer's memory.
 *
 * @param asked how often verbs of the trainer's backend were called so far
 * @throws TypeError for what is no pruner
 * @throws PruneError `mask-mismatch` for a pruner of another trainer, before anything of it has changed
 */
export async function requireOwnPruner(
  caller: 'save' | 'restore',
  pruner: Pruner | undefined,
  asked: () => number,
): Promise<void> {
  requirePruner(caller, pruner);
  if (pruner === undefined) return;
  const before = asked();
  try {
    await pruner.masks();
  } catch {
    // One that cannot say its masks says why when it is saved or restored.
    return;
  }
  if (asked() > before) return;
  throw new PruneError(
    'mask-mismatch',
    `${caller} needs a pruner of this trainer, made by its prune or by createPruner({ backend: trainer.backend, weights: trainer.weights, … }); this one prunes the weights of another`,
  );
}

/** @throws TypeError when an option is unknown or wrong */
export function checkTrainerMatching(options: TrainerRestoreOptions): Matching {
  requireOptions('restore', '', options, ['pruner', 'names', 'match']);
  const { names, match = 'name' } = options;
  requireChoice('restore', 'match', match, ['name', 'position']);
  if (match === 'position') {
    if (names === undefined) return 'position';
    throw new TypeError("restore takes names or match: 'position', not both: a position needs no name");
  }
  if (names === undefined) return new Map();
  if (!isRecord(names)) {
    throw new TypeError(
      `restore needs names to be an object of saved names to own names, got ${describe(names)}`,
    );
  }
  const entries = Object.entries<unknown>(names).map(([saved, name]): [string, string] => {
    if (typeof name === 'string') return [saved, name];
    throw new TypeError(`restore needs names[${quote(saved)}] to be a name, got ${describe(name)}`);
  });
  return new Map(entries);
}

/**
 * That every saved name is one of the state's, and every own name of a tensor one of the trainer's. Those of a
 * pruner's weights, which may be called otherwise, the pruner checks.
 *
 * @param saved names of the state's tensors
 * @param own names of the trainer's tensors
 * @returns what the pruner of the state is told
 * @throws TypeError for an own name that there is not; PruneError `state-mismatch` for a saved one
 */
export function requireNamesThere(
  matching: Matching,
  saved: readonly string[],
  own: readonly string[],
  pruner: unknown,
): RestoreOptions {
  if (matching === 'position') return { match: 'position' };
  const tensors = new Set(saved);
  const weights = new Set(namesOfPruner(pruner));
  const here = new Set(own);
  for (const [from, to] of matching) {
    if (tensors.has(from) && !here.has(to)) {
      throw new TypeError(
        `restore needs names[${quote(from)}] to be a name of this trainer, got ${quote(to)}` +
          `${didYouMean(to, own)}; there are ${listNames([...here])}`,
      );
    }
    if (!tensors.has(from) && !weights.has(from)) {
      const names = listNames([...new Set([...tensors, ...weights])]);
      throw new PruneError('state-mismatch', `names maps ${quote(from)}, and the state has ${names}`);
    }
  }
  return { names: Object.fromEntries([...matching].filter(([from]) => weights.has(from))) };
}

function namesOfPruner(pruner: unknown): string[] {
  const weights = isRecord(pruner) && Array.isArray(pruner.weights) ? (pruner.weights as unknown[]) : [];
  return weights.flatMap((weight) =>
    isRecord(weight) && typeof weight.name === 'string' ? [weight.name] : [],
  );
}
