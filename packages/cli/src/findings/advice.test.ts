import { describe, expect, it } from 'vitest';
import { adviceOn } from './advice.js';
import type { Findings } from './findings.js';

const cost = { bytes: 1000, gzip: 900, brotli: 800, ms: 1 };

function findings(parts: Partial<Findings>): Findings {
  return {
    command: 'shrink',
    model: 'model.onnx',
    out: 'small.onnx',
    before: cost,
    after: cost,
    agreement: 1,
    sameSamples: 1,
    samples: 10,
    speedup: 2,
    outputs: [],
    removed: [],
    held: [],
    notices: [],
    runtime: null,
    ...parts,
  };
}

const texts = (parts: Partial<Findings>) => adviceOn(findings(parts)).map(({ text }) => text);

describe('advice', () => {
  it('is not given where the smaller model answers as before, and faster', () => {
    expect(texts({})).toEqual([]);
  });

  it('names a scan, training on and a larger keep where too little agrees, with command lines that name the files', () => {
    const advice = adviceOn(findings({ agreement: 0.8, model: "it's.onnx" }));
    expect(advice.map(({ line }) => line)).toEqual([
      String.raw`synaprune scan 'it'\''s.onnx' --unit weight --inputs … --out scan.json`,
      String.raw`synaprune finetune small.onnx --teacher 'it'\''s.onnx' --inputs … --out tuned.onnx`,
      undefined,
    ]);
    expect(advice[2]!.text).toBe('A larger --keep.');
  });

  it('asks for real inputs, and nothing else, where noise was all there was', () => {
    const notices = [{ code: 'noise-inputs', message: 'noise' }];
    expect(texts({ agreement: 0.2, notices })).toEqual([expect.stringMatching(/^Real inputs/)]);
  });

  it('asks for more inputs where layers saw too few', () => {
    const notices = [{ code: 'few-samples', message: 'few' }];
    expect(texts({ agreement: 0.8, notices })[0]).toMatch(/^More inputs/);
  });

  it('names channels by eights where runs got no faster and groups keep other numbers', () => {
    const removed = [
      { name: 'odd', kind: 'channels', total: 24, removed: 7 },
      { name: 'even', kind: 'channels', total: 24, removed: 8 },
      { name: 'small', kind: 'channels', total: 8, removed: 3 },
    ] as const;
    expect(texts({ removed, speedup: 1.02 })).toEqual([expect.stringContaining('and 1 of 3 groups')]);
    expect(texts({ removed, speedup: 1.5 })).toEqual([]);
    expect(texts({ removed: removed.slice(1), speedup: 1.02 })).toEqual([]);
  });
});
