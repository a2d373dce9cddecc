import { type PrunerState, sealState } from '../pruner/state.js';
import { type ArrayWeight, arrayWeight } from './array-backend.js';
import { type ArrayOptions, prune } from './prune.js';

export const weights = (): ArrayWeight[] => [arrayWeight(4, -3, 2, -1, 5, 9, 8, 7, 6), arrayWeight(1, 2, 3)];

export async function saved(options: ArrayOptions = {}): Promise<PrunerState> {
  const pruner = prune(weights(), options);
  await pruner.update(0.5);
  return pruner.save();
}

/** A state with the right checksum, whatever it says. */
export function sealed(state: PrunerState, changes: object): unknown {
  const { format, version, checksum, ...rest } = state;
  return sealState({ ...rest, ...changes });
}

export const withFirst = ({ weights }: PrunerState, changes: object): object => ({
  weights: [{ ...weights[0], ...changes }, weights[1]],
});

export function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let i = 0; i < depth; i += 1) value = i % 2 === 0 ? [value] : { value };
  return value;
}

export function cycle(): object {
  const value: Record<string, unknown> = {};
  value.value = value;
  return value;
}

/** Every read of it fails. */
export const trap: object = new Proxy(
  {},
  {
    get: () => {
      throw new RangeError('Maximum call stack size exceeded');
    },
    ownKeys: () => {
      throw new TypeError('boo');
    },
  },
);

export const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};
