// @ts-check
/*
 * integrations/jax in a fresh folder, beside the tarballs: a backend written outside, for a runtime that none of the
 * packages knows. Its types hold, it passes the conformance kit, and a training is pruned with it.
 */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { whole } from '../devices/whole.mjs';
import { runNode, scriptOf } from './command.mjs';
import { createConsumer, install } from './consumer.mjs';
import { packAll } from './pack.mjs';
import { root } from './workspace.mjs';

const source = join(root, 'integrations', 'jax');
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
const { devDependencies: ours } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const { folder, remove } = createConsumer();
afterAll(remove);
const packed = await packAll();
const specs = Object.entries({ ...dependencies, ...devDependencies }).map(
  ([name, version]) => packed.find((one) => one.name === name)?.tarball ?? `${name}@${version}`,
);
const installed = await install(folder, [...specs, `@types/node@${ours['@types/node']}`]);
cpSync(source, folder, { recursive: true, filter: (path) => !path.endsWith('package.json') });

test('npm installs it beside the tarballs', () => {
  expect(installed.status, installed.output).toBe(0);
});

test.concurrent('its types hold', async () => {
  const { status, output } = await runNode([scriptOf('typescript', 'tsc')], { cwd: folder });
  expect(status, output).toBe(0);
});

test.concurrent.each([
  ['it prunes a training, which can be taken up again, to the masks of the host', ['src/proof.mjs']],
  [
    `it passes ${whole ? 'the' : 'an eighth of the'} conformance kit`,
    ['src/conformance.mjs', '--most-elements', '100000', '--parts', whole ? '1' : '8'],
  ],
])('%s', async (_, args) => {
  const { status, output } = await runNode(args, { cwd: folder });
  expect(status, output).toBe(0);
});
