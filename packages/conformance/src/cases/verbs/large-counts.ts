import { expectSame, expectSameBytes } from '../../stand/expect.js';
import type { CaseDefinition } from '../case.js';

/** Law 1 on a weight so large that only integers count it: 64 MiB, the largest of the kit, and its slowest case. */
export const largeCountCases: readonly CaseDefinition[] = [
  {
    law: 1,
    name: 'counts past 2²⁴, where a float32 sum loses one',
    needs: { elements: 2 ** 24 + 3 },
    check: async (stand) => {
      const elements = 2 ** 24 + 3;
      const weight = await stand.createWeight(new Float32Array(elements), [elements]);
      const mask = stand.createMask(weight);
      const items = [{ weight, mask, score: { kind: 'magnitude' } }] as const;
      expectSame('elements kept at first', (await stand.backend.countKept([mask]))[0], elements);
      expectSame('elements below 1', (await stand.backend.countBelow(items, [1]))[0]?.[0], elements);
      const cut = { magnitude: 0, ties: elements - 2 };
      await stand.backend.drop([{ items, cut }]);
      expectSame('elements kept of those that tie', (await stand.backend.countKept([mask]))[0], 2);
      const bytes = await stand.backend.readMask(mask);
      expectSameBytes('the last two bytes of the mask', bytes.slice(-2), Uint8Array.of(0, 0b110));
    },
  },
];
