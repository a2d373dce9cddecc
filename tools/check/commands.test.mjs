// @ts-check
/*
 * What the tools at the root find, each with a command of its own. Circles between rooms are found by
 * tools/arrows/picture.test.mjs, which reads the same imports.
 */
import { remark } from 'remark';
import validateLinks from 'remark-validate-links';
import { engine } from 'unified-engine';
import { expect, test } from 'vitest';
import { runNpm } from './command.mjs';
import { checkTypes } from './types.mjs';
import { readWorkspaces, root } from './workspace.mjs';

test.each([
  ['lint', 'format and lint hold; npm run format repairs most of it'],
  ['arrows:files', 'imports go the way of the house, and never in a circle'],
  ['unused', 'nothing is declared and not used, or used and not declared'],
])('npm run %s: %s', async (script) => {
  const { status, output } = await runNpm(['run', '--silent', script], { cwd: root });
  expect(status, output).toBe(0);
});

const typed = [
  ...readWorkspaces()
    .filter(({ manifest }) => manifest.scripts?.typecheck !== undefined)
    .map(({ folder }) => folder),
  'tools',
];
/** @type {ReturnType<typeof checkTypes> | undefined} */
let checked;

test.each(typed)('the types of %s hold, tests included', async (folder) => {
  checked ??= checkTypes(typed);
  expect((await checked).errorsOf(folder)).toEqual([]);
});

test('no types are wrong anywhere else', async () => {
  checked ??= checkTypes(typed);
  const { status, output } = await checked;
  expect(status, output).toBe(0);
});

test('links between documents lead somewhere, to headings too', async () => {
  /** @type {string[]} */
  const found = [];
  await new Promise((resolve, reject) => {
    /** @type {import('unified-engine').Options} */
    const options = {
      processor: remark().use(validateLinks, { repository: false }),
      cwd: root,
      files: ['.'],
      extensions: ['md'],
      ignorePatterns: ['node_modules', 'dist', '.changeset', '.results', 'out'],
      output: false,
      reporter: (files) => {
        for (const { path, messages } of files) found.push(...messages.map((one) => `${path}: ${one}`));
        return '';
      },
    };
    engine(options, (error) => (error ? reject(error) : resolve(undefined)));
  });
  expect(found).toEqual([]);
});
