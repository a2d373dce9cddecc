import { type BrokenBackend, eachElement, itemsOf } from './broken-backend.js';
import type { ReferenceMasked } from './reference.js';
import { zeroDropped } from './reference-backend.js';

/** Defects against law 5: dropped elements that are not +0, or kept ones that are not as they were. */
export const brokenZeros: readonly BrokenBackend[] = [
  enforcing('multiplies by the mask', (value, kept) => value * kept),
  enforcing('writes -0', (value, kept) => (kept === 1 ? value : -0)),
  enforcing('turns kept -0 into +0', (value, kept) => (kept === 1 ? value + 0 : 0)),
  enforcing('turns kept NaN into 0', (value, kept) => (kept === 1 && !Number.isNaN(value) ? value : 0)),
  enforcing('flushes kept subnormals', (value, kept) =>
    kept === 1 && !(Math.abs(value) < 2 ** -126) ? value : 0,
  ),
  enforcing('clamps kept infinities', (value, kept) =>
    kept === 1 ? Math.max(-3.4028234663852886e38, Math.min(3.4028234663852886e38, value)) : 0,
  ),
  enforcing('leaves out what remains after the last whole vector', (value, kept, i, { mask }) =>
    kept === 1 || i >= mask.kept.length - (mask.kept.length % 4) ? value : 0,
  ),
  {
    law: 5,
    name: 'enforces the first weight only',
    change: ({ enforce }) => ({ enforce: (items) => enforce(items.slice(0, 1)) }),
  },
  {
    law: 5,
    name: 'enforces nothing',
    change: () => ({ enforce: () => {} }),
  },
  {
    law: 5,
    name: 'drops and enforces in the masks only',
    change: ({ drop }) => ({ dropAndEnforce: drop }),
  },
  {
    law: 5,
    name: 'zeroes only what it has just dropped, where it drops and enforces as one',
    change: ({ dropAndEnforce }) => ({
      dropAndEnforce: async (groups) => {
        const items = itemsOf(groups);
        const before = items.map(({ weight, mask }) => ({
          values: weight.values.slice(),
          kept: mask.kept.slice(),
        }));
        await dropAndEnforce(groups);
        for (const [at, { weight }] of items.entries()) {
          const { values, kept } = before[at]!;
          kept.forEach((flag, i) => {
            if (flag === 0) weight.values[i] = values[i]!;
          });
        }
      },
    }),
  },
  {
    law: 5,
    name: 'does nothing at all by the empty cut, where it drops and enforces as one',
    change: ({ dropAndEnforce }) => ({
      dropAndEnforce: (groups) =>
        dropAndEnforce(groups.filter(({ cut }) => cut.magnitude > 0 || cut.ties > 0)),
    }),
  },
  {
    law: 5,
    name: 'zeroes weights when it is to drop in the masks',
    change: ({ dropAndEnforce }) => ({ drop: dropAndEnforce }),
  },
  {
    law: 5,
    name: 'zeroes one weight before it chooses from the next, which ranks by the first',
    change: ({ dropAndEnforce }) => ({
      dropAndEnforce: async (groups) => {
        for (const group of groups) await dropAndEnforce([group]);
      },
    }),
  },
  {
    law: 5,
    name: 'says that it only looks at weights, and zeroes them',
    change: ({ manifest, dropAndEnforce }) => ({
      manifest: { ...manifest, readOnly: true },
      drop: dropAndEnforce,
    }),
  },
  {
    law: 5,
    name: 'toggles when it enforces twice',
    change: () => {
      const hidden = new WeakMap<object, Float32Array>();
      return {
        enforce: (items) => {
          for (const item of items) {
            const before = hidden.get(item.weight);
            if (before !== undefined) item.weight.values.set(before);
            hidden.set(item.weight, item.weight.values.slice());
            if (before === undefined) zeroDropped(item);
          }
        },
      };
    },
  },
];

function enforcing(
  name: string,
  write: (value: number, kept: number, index: number, item: ReferenceMasked) => number,
): BrokenBackend {
  return {
    law: 5,
    name,
    change: () => ({
      enforce: (items) =>
        eachElement(items, (item, i) => {
          const value = item.weight.values[i]!;
          const next = write(value, item.mask.kept[i]!, i, item);
          // Writing the same number back would change the payload of a NaN, which is not the defect meant.
          if (!Object.is(next, value)) item.weight.values[i] = next;
        }),
    }),
  };
}
