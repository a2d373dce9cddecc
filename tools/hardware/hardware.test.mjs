// @ts-check
import { describe, expect, it } from 'vitest';
import { runNode } from '../check/command.mjs';
import { root } from '../check/workspace.mjs';
import { isSoftware } from './find-gpu.mjs';
import { statusOf } from './status.mjs';
import { countRows, countTests, readNodeGpu } from './steps.mjs';

/** @param {string[]} command @param {Record<string, string>} [env] */
const hardware = (command, env = {}) => runNode([`${root}/tools/hardware/main.mjs`, ...command], { env });

describe('a GPU', () => {
  it.each([
    ['llvmpipe: Mesa 25.0.7 (LLVM 15.0.6), mesa, software (lavapipe of this repository)', true],
    ['SwiftShader driver 5.0.0, google, swiftshader (SwiftShader of Chromium)', true],
    ['Microsoft Basic Render Driver, microsoft (the system’s driver)', true],
    ['NVIDIA GeForce RTX 4090, nvidia, lovelace (the system’s drivers)', false],
    ['Apple M3, apple, metal-3 (the system’s driver)', false],
  ])('is told from a CPU that plays one: %s', (driver, software) => {
    expect(isSoftware(driver)).toBe(software);
  });
});

describe('what a step found', () => {
  it('is what vitest counts, and no tests are no pass', () => {
    const counts = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 2, success: true };
    expect(countTests(counts)).toEqual({ state: 'passed', note: '5 passed, 0 failed, 2 skipped' });
    expect(countTests({ ...counts, numFailedTests: 1, success: false }).state).toBe('failed');
    expect(countTests({ ...counts, numPassedTests: 0 }).state).toBe('failed');
    expect(countTests(undefined).state).toBe('failed');
  });

  it('may miss goals, and not differ from the host', () => {
    const rows = [{ verdict: 'met', note: 'equals the host, bit for bit' }, { verdict: 'missed' }, {}];
    expect(countRows({ rows })).toEqual({
      state: 'passed',
      note: '3 rows: 1 goals met, 1 missed, 0 results wrong',
    });
    expect(countRows({ rows: [...rows, { note: 'WRONG: differs from the host' }] }).state).toBe('failed');
    expect(countRows({ rows: [{ verdict: 'not measured: the device complained: …' }] }).state).toBe('failed');
    expect(countRows(undefined).state).toBe('failed');
  });

  it('says whether libtensorflow was there, and ran on a GPU', () => {
    const missing =
      '# tfjs-node-gpu: skipped, libtensorflow is not installed\n\n0 passed, 0 failed, 1 skipped';
    expect(readNodeGpu(0, missing).state).toBe('skipped');
    const found = '| device | GPU: Some GPU |\n9 passed, 0 failed, 0 skipped';
    expect(readNodeGpu(0, found)).toMatchObject({ state: 'passed', gpu: true });
    expect(readNodeGpu(0, found.replace('GPU: Some GPU', 'CPU'))).toMatchObject({
      state: 'passed',
      gpu: false,
    });
    expect(readNodeGpu(1, '8 passed, 1 failed, 0 skipped').state).toBe('failed');
  });
});

describe('the status', () => {
  const passed = /** @type {const} */ ({ state: 'passed', note: '' });
  const skipped = /** @type {const} */ ({ state: 'skipped', note: '' });

  it('is 0 only where something passed on a GPU', () => {
    expect(statusOf({ kit: passed, 'node-gpu': skipped }, true)).toBe(0);
    expect(statusOf({ kit: passed, 'node-gpu': skipped }, false)).toBe(3);
    expect(statusOf({ kit: skipped, 'node-gpu': { ...passed, gpu: true } }, false)).toBe(0);
    expect(statusOf({ kit: skipped, 'node-gpu': { ...passed, gpu: false } }, false)).toBe(3);
  });

  it('is 1 where anything failed', () => {
    expect(statusOf({ kit: passed, rows: { state: 'failed', note: '' } }, true)).toBe(1);
  });
});

describe('npm run hardware', () => {
  it('refuses what it does not know', async () => {
    for (const command of [
      ['--only', 'all'],
      ['--sizes', '10'],
      ['--size', '1e6'],
    ]) {
      const { status, output } = await hardware(command);
      expect(status, output).toBe(2);
    }
  });

  it('says what it does', async () => {
    const { status, stdout } = await hardware(['--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('3 where there is no GPU');
  });

  it('says plainly where there is no GPU, and ends with 3', async () => {
    const { status, output } = await hardware(['--only', 'kit,rows'], {
      VK_DRIVER_FILES: '/nowhere/none.json',
    });
    // Systems other than Linux may have a GPU that no variable takes away.
    if (process.platform === 'linux') {
      expect(status, output).toBe(3);
      expect(output).toContain('No GPU did any of this: nothing is known of hardware.');
    }
  });
});
