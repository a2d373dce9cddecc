// @ts-check
/*
 * The tarballs of all public packages in a fresh folder, with the runtimes that the adapters ask for, and used there:
 * the part of `npm run matrix` that needs no download.
 */
import { afterAll, expect, test } from 'vitest';
import { atHand } from '../matrix/groups.mjs';
import { createLab } from '../matrix/lab.mjs';

const lab = createLab([], { linkRuntimes: true });
afterAll(lab.remove);

test('npm installs the tarballs', async () => {
  await lab.project('newest');
});

const cells = atHand.flatMap(({ cells }) => cells(lab));

test.for(cells)('$environment: $program', async ({ run }, { skip }) => {
  const { complaints = [], skipped = false, note = '' } = await run();
  skip(skipped, note);
  expect(complaints.join('\n')).toBe('');
});
