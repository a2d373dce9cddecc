// @ts-check
import { describe, expect, it } from 'vitest';
import { runNode } from '../check/command.mjs';
import { withTree } from '../check/made-up-tree.mjs';
import { root } from '../check/workspace.mjs';
import { madeUpMachine, trixie } from '../devices/made-up-machine.mjs';
import { deviceFindings } from './devices.mjs';
import { isWell, lacking, there } from './finding.mjs';
import { groundFindings } from './ground.mjs';
import { runtimeFindings } from './runtimes.mjs';
import { examinationText } from './table.mjs';
import { isWithin } from './versions.mjs';

const manifest = { engines: { node: '>=20.19' } };
const lock = {
  packages: {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0' },
    'node_modules/c-of-another-system': { version: '1.0.0', optional: true },
    'node_modules/own': { link: true },
  },
};

/** @param {string[]} command */
const doctor = (...command) => runNode([`${root}/tools/doctor/main.mjs`, ...command]);

/** @template {{ id: string }} Item @param {readonly Item[]} items @param {string} id */
const find = (items, id) => items.find((item) => item.id === id);

describe('what everything stands on', () => {
  it('is not there before npm ci, which is told', () =>
    withTree({ 'package.json': manifest }, (tree) => {
      const found = groundFindings({ node: '20.20.2', npm: '11.0.0', tree });
      expect(find(found, 'dependencies')).toMatchObject({ state: 'missing', required: true, fix: 'npm ci' });
      expect(find(found, 'node')).toMatchObject({ state: 'ok', found: '20.20.2' });
    }));

  it('is old where Node is, and where packages are not those of the lock file', () =>
    withTree(
      {
        'package.json': manifest,
        'package-lock.json': lock,
        'node_modules/.package-lock.json': {
          packages: { 'node_modules/a': { version: '1.0.0' }, 'node_modules/b': { version: '1.9.0' } },
        },
      },
      (tree) => {
        const found = groundFindings({ node: '18.20.0', npm: '9.0.0', tree });
        expect(find(found, 'node')).toMatchObject({ state: 'old', lacks: 'needs >=20.19', required: true });
        expect(find(found, 'npm')).toMatchObject({ state: 'old', required: false });
        expect(find(found, 'dependencies')).toMatchObject({
          state: 'old',
          lacks: '1 of 2 packages are not those of the lock file: b',
        });
      },
    ));
});

describe('runtimes', () => {
  it('are missing, of another version, or without their native library', () =>
    withTree(
      {
        'node_modules/@tensorflow/tfjs-core/package.json': { version: '3.9.0' },
        'node_modules/@tensorflow/tfjs-node/package.json': { version: '4.22.0' },
        'node_modules/onnxruntime-node/package.json': { version: '1.30.0' },
        'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/onnxruntime_binding.node': '',
      },
      (tree) => {
        const here = /** @type {const} */ ({ tree, platform: 'linux', arch: 'x64' });
        const found = runtimeFindings(here);
        expect(find(found, 'runtime/@tensorflow/tfjs-core')).toMatchObject({ state: 'old', found: '3.9.0' });
        expect(find(found, 'runtime/@tensorflow/tfjs-node')).toMatchObject({
          state: 'missing',
          found: '4.22.0',
          fix: 'npm rebuild @tensorflow/tfjs-node --ignore-scripts=false',
        });
        expect(find(found, 'runtime/onnxruntime-node')).toMatchObject({ state: 'ok', found: '1.30.0' });
        expect(find(found, 'runtime/onnxruntime-web')).toMatchObject({ state: 'missing', found: null });
        const elsewhere = runtimeFindings({ ...here, arch: 'riscv64' });
        expect(find(elsewhere, 'runtime/onnxruntime-node')).toMatchObject({
          lacks: 'its package has no library for linux on riscv64',
        });
      },
    ));
});

describe('devices', () => {
  it('are asked, and a machine without any gets the commands', async () => {
    const machine = madeUpMachine({ files: { '/etc/os-release': trixie } });
    const missing = 'libvulkan.so.1 is not installed; run: sudo apt-get install -y libvulkan1';
    const found = await deviceFindings({ machine, ask: async () => ({ text: JSON.stringify({ missing }) }) });
    expect(find(found, 'device/webgpu-node')).toMatchObject({
      state: 'missing',
      lacks: 'libvulkan.so.1 is not installed',
      fix: 'sudo apt-get install -y libvulkan1',
    });
    expect(find(found, 'device/chromium')?.fix).toMatch(/^sudo apt-get install .* chromium$/);
    expect(find(found, 'device/redis')?.fix).toMatch(/^sudo apt-get install .* redis-server$/);
    expect(find(found, 'device/cuda')).toMatchObject({ state: 'missing', fix: null });
  });

  it('that give no answer are not called missing', async () => {
    const machine = madeUpMachine({ programs: ['chromium'] });
    const found = await deviceFindings({ machine, ask: async () => ({ problem: 'slow' }) });
    for (const id of ['device/webgpu-node', 'device/chromium', 'device/webgl']) {
      expect(find(found, id)?.state).toBe('unknown');
    }
  });

  it('tell their names', async () => {
    const machine = madeUpMachine({ programs: ['chromium', 'redis-server'] });
    const texts = [
      { when: 'probe.mjs', text: '{"driver":"llvmpipe (lavapipe)"}' },
      { when: '--dump-dom', text: '<html><body>webgl:ANGLE (SwiftShader);</body></html>' },
      { when: 'redis-server', text: 'Redis server v=7.0.15 sha=0' },
      { when: 'chromium', text: 'Chromium 142.0 built on Debian' },
    ];
    const found = await deviceFindings({
      machine,
      ask: async (program, args) => {
        const asked = [program, ...args].join(' ');
        return { text: texts.find(({ when }) => asked.includes(when))?.text ?? '' };
      },
    });
    expect(find(found, 'device/webgpu-node')?.found).toBe('llvmpipe (lavapipe)');
    expect(find(found, 'device/chromium')?.found).toBe('Chromium 142.0, /usr/bin/chromium');
    expect(find(found, 'device/webgl')?.found).toBe('ANGLE (SwiftShader)');
    expect(find(found, 'device/redis')?.found).toBe('7.0.15, /usr/bin/redis-server');
  });
});

describe('ranges', () => {
  it.each([
    ['20.20.2', '>=20.19', true],
    ['20.18.9', '>=20.19', false],
    ['4.22.0', '^4.3.0', true],
    ['5.0.0', '^4.3.0', false],
    ['0.2.9', '^0.2.3', true],
    ['0.3.0', '^0.2.3', false],
    ['1.30.0-dev.2026', '>=1.17.3', true],
    ['3.0.0', '^1.0.0 || ^3.0.0', true],
  ])('%s within %s: %s', (version, range, expected) => {
    expect(isWithin(version, range)).toBe(expected);
  });
});

describe('what is printed', () => {
  const machine = { platform: 'linux', arch: 'x64', cpu: 'A processor', cores: 2, memoryBytes: 8 * 2 ** 30 };
  const print = (/** @type {import('./finding.mjs').Finding[]} */ findings) =>
    examinationText({ format: 'synaprune-doctor', version: 1, ok: isWell(findings), machine, findings });

  it('has a command under each thing that is not there, whole', () => {
    const fix = `apt-get install ${'long-name '.repeat(20)}`.trim();
    const text = print([
      { group: 'Devices', ...there('a', 'A thing', '1.0') },
      { group: 'Devices', ...lacking('b', 'Another', { lacks: 'not found', fix }) },
    ]);
    expect(text).toContain('✓ A thing  1.0');
    expect(text).toContain('– Another  not found');
    expect(text).toContain(`→ ${fix}\n`);
    expect(text).toMatch(/Ready\. 1 optional thing is not here: Another\./);
  });

  it('names the optional things that it counts, and counts nothing that no command brings', () => {
    const text = print([
      { group: 'Runtimes', ...lacking('a', 'One, of two', { lacks: 'not found', fix: 'npm ci' }) },
      { group: 'Devices', ...lacking('b', 'Two', { lacks: 'too old', fix: 'npm ci', state: 'old' }) },
      { group: 'Devices', ...lacking('c', 'A GPU', { lacks: 'none found', fix: null }) },
    ]);
    expect(text).toMatch(/\nReady\. 2 optional things are not here: One, of two; Two\. Tests that need them/);
  });

  it('says what to do where something required is missing', () => {
    const missing = { ...lacking('c', 'packages', { lacks: 'nothing', fix: 'npm ci' }), required: true };
    expect(print([{ group: 'This repository', ...missing }])).toMatch(
      /✗ packages {2}nothing[\s\S]*Not ready: npm ci$/,
    );
  });
});

describe('npm run doctor', () => {
  it('prints JSON with every finding, and ends with 0 in this checkout', async () => {
    const { status, stdout, output } = await doctor('--json');
    expect(status, output).toBe(0);
    const { format, version, ok, findings } = JSON.parse(stdout);
    expect({ format, version, ok }).toEqual({ format: 'synaprune-doctor', version: 1, ok: true });
    const ids = findings.map((/** @type {{ id: string }} */ { id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['node', 'npm', 'dependencies', 'build', 'device/webgl']));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has a help, and refuses what it does not know', async () => {
    expect(await doctor('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--json') });
    expect(await doctor('--jsn')).toMatchObject({ status: 2, output: expect.stringContaining("'--jsn'") });
    expect((await doctor('extra')).status).toBe(2);
  });
});
