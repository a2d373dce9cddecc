// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { madeUpMachine } from '../devices/made-up-machine.mjs';
import { checkBrowsers } from './browsers.mjs';
import { withTree } from './made-up-tree.mjs';

/** @param {string} path @param {string} name @param {Record<string, string>} scripts */
function workspace(path, name, scripts) {
  return { folder: name, path, manifest: { name, version: '0.0.0', scripts } };
}

const withChromium = madeUpMachine({ programs: ['chromium'] });
const tested = { 'test:browser': 'vitest run' };

test('is one visible skip with what would help where there is no Chromium', async () => {
  const findings = await checkBrowsers({
    workspaces: [workspace('/x', 'kernels', tested), workspace('/y', 'plain', {})],
    machine: madeUpMachine(),
    runVitest: async () => ({ status: 1, output: 'ran' }),
  });
  expect(findings).toEqual([
    {
      name: 'browser tests of kernels',
      outcome: 'skipped',
      detail: 'no Chromium here; run: sudo apt-get install -y --no-install-recommends chromium',
    },
  ]);
});

test('runs the packages that have browser tests, and counts every test', async () => {
  await withTree({ 'a/x': '', 'b/x': '' }, async (tree) => {
    /** @type {string[]} */
    const ran = [];
    const findings = await checkBrowsers({
      workspaces: [workspace(join(tree, 'a'), 'a', tested), workspace(join(tree, 'b'), 'b', { test: 'x' })],
      machine: withChromium,
      files: () => ['kit'],
      runVitest: async (path, files) => {
        ran.push(`${path} ${files}`);
        const assertionResults = [
          { ancestorTitles: [], title: 'one', status: 'passed' },
          { ancestorTitles: [], title: 'two', status: 'skipped' },
        ];
        mkdirSync(join(path, '.results'));
        const report = { testResults: [{ name: join(path, 'k.ts'), status: 'passed', assertionResults }] };
        writeFileSync(join(path, '.results', 'browser.json'), JSON.stringify(report));
        return { status: 0, output: '' };
      },
    });
    expect(ran).toEqual([`${join(tree, 'a')} kit`]);
    expect(findings.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'a in Chromium › k.ts › one passed',
      'a in Chromium › k.ts › two skipped',
    ]);
  });
});

test('fails where the browser did not start, also with an older run’s report at hand', async () => {
  const old = { testResults: [{ name: 'k.ts', status: 'passed', assertionResults: [] }] };
  await withTree({ 'a/.results/browser.json': old }, async (tree) => {
    const findings = await checkBrowsers({
      workspaces: [workspace(join(tree, 'a'), 'a', tested)],
      machine: withChromium,
      runVitest: async () => ({ status: 1, output: 'browserType.launch: no such file' }),
    });
    expect(findings).toHaveLength(1);
    expect(findings[0]?.outcome).toBe('failed');
    expect(findings[0]?.detail).toContain('browserType.launch: no such file');
  });
});
