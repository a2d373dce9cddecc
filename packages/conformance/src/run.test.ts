import { describe, expect, it } from 'vitest';
import { conformanceCases, runConformance } from './index.js';
import { createReferenceHarness, type ReferenceHarness } from './testing/reference-harness.js';

const SMALL = { mostElements: 10_000 };

describe('runConformance', () => {
  it('reports a backend that keeps every law, its skips with their reason', async () => {
    const { passed, failed, skipped, results } = await runConformance(createReferenceHarness(), SMALL);
    expect(results.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(failed).toBe(0);
    expect(passed + skipped).toBe(results.length);
    expect(results.map(({ name }) => name)).toEqual(
      conformanceCases(createReferenceHarness()).map(({ name }) => name),
    );
    const reasons = results.flatMap(({ status, reason }) => (status === 'skipped' ? [reason] : []));
    expect(reasons).toHaveLength(skipped);
    expect(reasons[0]).toBe('it needs 16777219 elements, and mostElements is 10000');
    expect(results.filter(({ law, status }) => law === 6 && status !== 'skipped')).toEqual([]);
  });

  it('reports what a broken backend fails with, and goes on', async () => {
    const harness = createReferenceHarness(() => ({ enforce: () => {} }));
    const { failed, results } = await runConformance(harness, SMALL);
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
    const { results } = await runConformance(harness, SMALL);
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
