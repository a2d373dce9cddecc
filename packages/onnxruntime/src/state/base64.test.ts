import { expect, it } from 'vitest';
import { floatsFromBase64, floatsToBase64 } from './base64.js';

it('writes what every other base64 writes', () => {
  for (const length of [0, 1, 2, 3, 4, 8191, 20_000]) {
    const values = Float32Array.from({ length }, (_, i) => Math.sin(i));
    const text = floatsToBase64(values);
    expect(text).toBe(Buffer.from(values.buffer).toString('base64'));
    expect(floatsFromBase64(text, length)).toEqual(values);
  }
});

it('keeps the bits of NaN, −0 and subnormals, and reads views into larger buffers', () => {
  const bits = Int32Array.of(0, 0x7fc00123, -0x80000000, 1, 0x7f800001);
  const values = new Float32Array(bits.buffer).subarray(1);
  const back = floatsFromBase64(floatsToBase64(values), 4)!;
  expect([...new Int32Array(back.buffer)]).toEqual([...bits.subarray(1)]);
});

it('refuses text of another length, or that is no base64', () => {
  expect(floatsFromBase64('AACAPw==', 2)).toBeUndefined();
  expect(floatsFromBase64('AACAPwAA', 1)).toBeUndefined();
  expect(floatsFromBase64('AAC*Pw==', 1)).toBeUndefined();
  expect(floatsFromBase64('AACAPw==', 1)).toEqual(Float32Array.of(1));
});
