// @ts-check
/* What a release saved, the releases after it read: states as each of them wrote them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runNode } from '../check/command.mjs';
import { root } from '../check/workspace.mjs';

const states = join(root, 'integrations', 'states');

test.each(readdirSync(join(states, 'fixtures')))('states of %s are restored', async (release) => {
  const { status, output } = await runNode([join(states, 'read.mjs'), join(states, 'fixtures', release)], {
    cwd: root,
  });
  expect(status, output).toBe(0);
});
