import { describe, expect, it } from 'vitest';
import { conformanceCases, runConformance } from './index.js';
import { runCases } from './run.js';
import { createReferenceHarness, type ReferenceHarness } from './testing/reference-harness.js';

const SMALL = { mostElements: 10_000 };

describe('runConformance', () => {
  it('runs every case whatever fails, and reports skips with their reason', async () => {
    const broken: ReferenceHarness = {
      ...createReferenceHarness(),
      createWeight: () => {
        throw new Error('no memory');
      },
    };
    const { passed, failed, skipped, results } = await runConformance(broken, SMALL);
    expect(results.map(({ name }) => name)).toEqual(
      conformanceCases(createReferenceHarness()).map(({ name }) => name),
    );
    expect(passed + failed + skipped).toBe(results.length);
    expect(failed).toBeGreaterThan(300);
    expect(String(results.find(({ status }) => status === 'failed')!.error)).toBe('Error: no memory');
    const reasons = results.flatMap(({ status, reason }) => (status === 'skipped' ? [reason] : []));
    expect(reasons).toHaveLength(skipped);
    expect(reasons[0]).toBe('it needs 16777219 elements, and mostElements is 10000');
    expect(results.filter(({ law, status }) => law === 6 && status !== 'skipped')).toEqual([]);
  });

  it('passes a backend that keeps the laws', async () => {
    const cases = conformanceCases(createReferenceHarness(), SMALL).filter(({ law }) => law === 5);
    const { passed, failed, skipped, results } = await runCases(cases);
    expect(results.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(failed).toBe(0);
    expect(passed).toBeGreaterThan(5);
    expect(passed + skipped).toBe(cases.length);
  });

  it('reports what a broken backend fails with, and goes on', async () => {
    const harness = createReferenceHarness(() => ({ enforce: () => {} }));
    const cases = conformanceCases(harness, SMALL).filter(({ law }) => [5, 9].includes(law));
    const { failed, results } = await runCases(cases);
    const failure = results.find(({ law, status }) => law === 5 && status === 'failed')!;
    expect(failed).toBeGreaterThan(5);
    expect(failure.error).toBeInstanceOf(Error);
    expect(String(failure.error)).toMatch(/element \d+: needed 0 \(0x00000000\), got /);
    expect(results.at(-1)!.law).toBe(9);
  });

  it('skips what the manifest rules out, also when the backend has to be awaited', async () => {
    const narrow = createReferenceHarness(({ manifest }) => ({
      manifest: { ...manifest, scores: ['magnitude'], nanPayloads: 'tied' },
    }));
    const { countLive: _live, bytesRead: _bytes, spoilWeight: _spoil, ...bare } = narrow;
    const harness: ReferenceHarness = { ...bare, createBackend: async () => narrow.createBackend() };
    // Where the backend is there at once, what is ruled out is known before it runs.
    const ruledOut = new Map(conformanceCases(bare, SMALL).map(({ name, skip }) => [name, skip]));
    const cases = conformanceCases(harness, SMALL).filter(({ name }) => ruledOut.get(name) !== undefined);
    const { results } = await runCases(cases);
    expect(results.map(({ reason }) => reason)).toEqual(cases.map(({ name }) => ruledOut.get(name)));
    const reasons = new Set(results.flatMap(({ reason }) => reason ?? []));
    expect(reasons).toContain('the manifest lists the scores magnitude, not tensor');
    expect(reasons).toContain('the manifest says that NaN payloads are tied; it needs ordered');
    expect(reasons).toContain('the harness has no countLive and no spoilWeight');
    expect(reasons).toContain('the harness has no bytesRead');
  });

  it('rejects when there is no backend', async () => {
    const harness: ReferenceHarness = {
      ...createReferenceHarness(),
      createBackend: () => Promise.reject(new Error('no device')),
    };
    await expect(runConformance(harness)).rejects.toThrow('no device');
  });
});
