import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { conformanceCases } from '@synaprune/conformance';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, inject, it } from 'vitest';
import { createHarness } from '../testing/harness.mjs';
import { loadTfjsNode } from '../testing/load-tfjs-node.mjs';
import { conformancePart } from '../testing/report/conformance.mjs';
import { attempt, claimsPart, tally } from '../testing/report/part.mjs';
import { createSimulatedBinding } from '../testing/simulated/binding.mjs';
import { tfjsNodeBackend } from './index.js';

const PROGRAM = fileURLToPath(new URL('../testing/report.mjs', import.meta.url));

function runReport(...options: readonly string[]): {
  readonly status: number | null;
  readonly output: string;
  readonly complaint: string;
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...options], { encoding: 'utf8' });
  return { status, output: stdout, complaint: stderr };
}

/** Whether a native part is there, so that the program has something to run. */
function isInstalled(): boolean {
  return ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'].some((name) => {
    try {
      return createRequire(import.meta.url)(name) !== undefined;
    } catch {
      return false;
    }
  });
}

describe('the report', () => {
  it('runs from end to end on the simulated binding, and says that it is one', () => {
    // conformance.test.ts runs through more of the kit; here it is a chapter.
    const part = { number: 1, of: inject('kitSmoke').of };
    const parts = ['--parts', `${part.of}`];
    const small = ['--steps', '8', '--elements', '2000', '--most-elements', '600', ...parts];
    const { status, output } = runReport('--simulated', ...small);
    expect(output).toMatch(/^# tfjs-node-gpu on a simulated binding, not libtensorflow\n/);
    expect(output).toContain('| libtensorflow | **none: a simulated binding** |');
    for (const title of ['The conformance kit', 'Training for 8 steps', 'What the device does', 'Costs']) {
      expect(output).toContain(`\n## ${title}`);
    }
    const [, passed, skipped] = /\n(\d+) passed, 0 failed, (\d+) skipped\n$/.exec(output) ?? [];
    // Every case of the kit, and the six claims of the training.
    loadTfjsNode('@tensorflow/tfjs-node', createSimulatedBinding(tf));
    const kit = conformanceCases(createHarness(tf, tfjsNodeBackend), { mostElements: 600, part });
    expect(Number(passed) + Number(skipped)).toBe(kit.length + 6);
    expect(status).toBe(0);
  });

  it.skipIf(isInstalled())(
    'is skipped, visibly, and says what to do where there is no library',
    () => {
      const { status, output } = runReport();
      expect(output).toContain('skipped, libtensorflow is not installed');
      expect(output).toContain('`npm rebuild @tensorflow/tfjs-node --ignore-scripts=false`');
      expect(output).toContain('@tensorflow/tfjs-node-gpu@4.22.0');
      expect(output).toMatch(/\n0 passed, 0 failed, 1 skipped\n$/);
      expect(status).toBe(0);
    },
    30_000,
  );

  it.skipIf(isInstalled())(
    'fails where a library is required and there is none',
    () => {
      const { status, output } = runReport('--required');
      expect(output).toContain('@tensorflow/tfjs-node: installed without its native part');
      expect(status).toBe(1);
    },
    30_000,
  );

  it('refuses a binding that is not there, rather than look for another', () => {
    const { status, output, complaint } = runReport('--binding', '/nowhere/tfjs_binding.node');
    expect([status, output]).toEqual([2, '']);
    expect(complaint).toContain('there is no /nowhere/tfjs_binding.node');
  });

  it('counts a backend that breaks a law as failed, and names the law', async () => {
    loadTfjsNode('@tensorflow/tfjs-node', createSimulatedBinding(tf));
    const broken = () => ({ ...tfjsNodeBackend(), enforce: () => {} });
    const part = await conformancePart(createHarness(tf, broken), { mostElements: 600, laws: [5] });
    expect(part.failed).toBeGreaterThan(0);
    expect(part.lines.join('\n')).toMatch(/- \*\*failed\*\*, law 5: /);
  });

  it('counts a chapter that throws as one failure, and a claim that does not hold as another', async () => {
    const thrown = await attempt('Costs', async () => {
      throw new Error('out of\n memory');
    });
    expect(thrown).toEqual({
      title: 'Costs',
      lines: ['Failed: out of memory'],
      passed: 0,
      failed: 1,
      skipped: 0,
    });
    const claims = claimsPart('Training', [
      { claim: 'holds', holds: true, found: '0' },
      { claim: 'does not', holds: false, found: '3' },
    ]);
    expect(claims.lines.slice(2)).toEqual(['| passed | holds | 0 |', '| **failed** | does not | 3 |']);
    expect(tally([thrown, claims])).toEqual({ passed: 1, failed: 2, skipped: 0 });
  });
});
