// @ts-check
/*
 * Each example copied out of the repository as examples/kit/README.md says: its folder with the kit's inside, with the
 * tarballs of the packages, built, and run by its shortest command. One of them, and what else it asks for by name is
 * linked; with `npm test -- --whole` all, installed from the registry, and built by the TypeScript that they name.
 */
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { whole } from '../devices/whole.mjs';
import { runNode, runNpm, scriptOf } from './command.mjs';
import { installExample, kit } from './install-example.mjs';
import { packAll } from './pack.mjs';
import { readWorkspaces, root } from './workspace.mjs';

/** The shortest command of each, which trains no longer than it has to, and what it leaves. @type {Readonly<Record<string, { command: string[], leaves: string }>>} */
const shortest = {
  'examples/browser': { command: [], leaves: 'dist/index.html' },
  'examples/federated': { command: ['dist/main.js'], leaves: 'dist/main.js' },
  'examples/forecast': {
    command: [
      'dist/main.js',
      '--quick',
      '--epochs',
      '3',
      '--curve',
      'none',
      '--workers',
      '1',
      '--out',
      'out',
    ],
    leaves: 'out/report.html',
  },
  'examples/onnx-finetune': {
    command: [
      'dist/main.js',
      '--quick',
      '--steps',
      '2',
      '--lines',
      '16',
      '--test-lines',
      '8',
      '--out',
      'out',
    ],
    leaves: 'out/report.html',
  },
  'examples/replicas': { command: ['dist/main.js'], leaves: 'dist/main.js' },
};
const tsc = scriptOf('typescript-7.0', 'tsc');
/** What a checkout that has been worked in holds beside its sources. */
const leftovers = new Set(['node_modules', 'dist', 'out', '.turbo', '.results']);

const workspaces = readWorkspaces();
const packed = await packAll();
const examples = workspaces.filter(
  ({ folder, manifest }) => folder.startsWith('examples/') && manifest.name !== kit,
);

test('every example has its shortest command here', () => {
  expect(Object.keys(shortest)).toEqual(examples.map(({ folder }) => folder));
});

/** It takes every step; that others name all that they import, `npm run unused` finds as well. */
const copied = examples.filter(({ folder }) => whole || folder === 'examples/forecast');

describe.each(copied.map(({ folder, manifest }) => ({ folder, manifest })))(
  'a copy of $folder',
  ({ folder, manifest }) => {
    const copy = mkdtempSync(join(tmpdir(), 'synaprune-copy-'));
    afterAll(() => rmSync(copy, { recursive: true, maxRetries: 3 }));
    copySources(join(root, folder), copy);
    const { [kit]: usesKit } = manifest.dependencies ?? {};
    if (usesKit !== undefined) copySources(join(root, 'examples', 'kit'), join(copy, 'kit'));

    test('installs', async () => {
      const { status, output } = await installExample(copy, folder, packed);
      expect(status, output).toBe(0);
    });

    test('builds', async () => {
      if (usesKit !== undefined) {
        const kitBuilt = await runNode([tsc, '-p', 'kit/tsconfig.build.json'], { cwd: copy });
        expect(kitBuilt.status, kitBuilt.output).toBe(0);
      }
      const { build = '' } = manifest.scripts ?? {};
      const { status, output } =
        build.startsWith('tsc ') && !whole
          ? await runNode([tsc, ...build.split(' ').slice(1)], { cwd: copy })
          : await runNpm(['run', 'build'], { cwd: copy });
      expect(status, output).toBe(0);
    });

    test('runs', async () => {
      const { command, leaves } = /** @type {typeof shortest[string]} */ (shortest[folder]);
      const { status, output } =
        command.length === 0 ? { status: 0, output: '' } : await runNode(command, { cwd: copy });
      expect(status, output).toBe(0);
      expect(existsSync(join(copy, leaves))).toBe(true);
    });
  },
);

/** @param {string} from @param {string} to */
function copySources(from, to) {
  cpSync(from, to, { recursive: true, filter: (path) => !leftovers.has(basename(path)) });
}
