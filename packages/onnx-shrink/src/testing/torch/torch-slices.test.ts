import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { channelGroups, shrinkOnnx } from '../../index.js';

interface Numbers {
  readonly shape: readonly number[];
  readonly data: string;
}

interface Case {
  readonly name: string;
  readonly model: string;
  /** By how many channels a group has: those that stay. */
  readonly kept: Readonly<Record<string, readonly number[]>>;
  readonly x: Numbers;
  readonly y: Numbers;
}

const { cases } = JSON.parse(readFileSync(new URL('torch-slices.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly Case[];
};
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));
const floatsOf = ({ data }: Numbers) => new Float32Array(bytesOf(data).buffer);

let ort: typeof import('onnxruntime-node');
beforeAll(async () => {
  ort = await import('onnxruntime-node');
});

describe('what PyTorch gives with the same channels sliced by hand', () => {
  it.each(cases)('$name: the shrunken model gives it too', async ({ model, kept, x, y }) => {
    const bytes = bytesOf(model);
    const { groups } = channelGroups(bytes);
    // No two groups of a network have as many channels.
    const counts = Object.keys(kept).map(Number);
    const found = counts.map((count) => groups.filter(({ channels }) => channels === count));
    expect(found.map(({ length }) => length)).toEqual(counts.map(() => 1));
    const keep = Object.fromEntries(found.map(([group], i) => [group!.name, kept[counts[i]!]!]));
    const shrunk = shrinkOnnx(bytes, { keep });
    const session = await ort.InferenceSession.create(shrunk.model, { intraOpNumThreads: 1 });
    const outputs = await session.run({ x: new ort.Tensor('float32', floatsOf(x), x.shape) });
    await session.release();
    expect(outputs.y!.dims).toEqual(y.shape);
    const expected = floatsOf(y);
    const largest = Math.max(...expected.map(Math.abs));
    const error = Math.max(
      ...(outputs.y!.data as Float32Array).map((each, i) => Math.abs(each - expected[i]!)),
    );
    expect(error / largest).toBeLessThan(1e-5);
    expect(shrunk.report.parameters.after).toBeLessThan(shrunk.report.parameters.before);
  });
});
