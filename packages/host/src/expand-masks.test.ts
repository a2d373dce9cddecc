import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expandMasks } from './expand-masks.js';
import { hostBackend } from './host-backend.js';

it('gives 1 where every mask keeps an element, whatever was there before', () => {
  const { createMask, writeMask } = hostBackend();
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100 }).chain((elements) =>
        fc.array(fc.array(fc.boolean(), { minLength: elements, maxLength: elements }), {
          minLength: 1,
          maxLength: 3,
        }),
      ),
      (kept) => {
        const elements = kept[0]!.length;
        const masks = kept.map((flags) => {
          const mask = createMask(new Float32Array(elements));
          const packed = new Uint8Array(Math.ceil(elements / 8));
          for (const [i, flag] of flags.entries()) if (flag) packed[i >> 3]! |= 1 << (i % 8);
          writeMask(mask, packed);
          return mask;
        });
        const bytes = new Uint8Array(elements).fill(7);
        expandMasks(masks, bytes);
        expect([...bytes]).toEqual(
          Array.from({ length: elements }, (_, i) => (kept.every((flags) => flags[i]) ? 1 : 0)),
        );
      },
    ),
  );
});

it('gives 1 everywhere without masks', () => {
  const bytes = new Uint8Array(3);
  expandMasks([], bytes);
  expect([...bytes]).toEqual([1, 1, 1]);
});
