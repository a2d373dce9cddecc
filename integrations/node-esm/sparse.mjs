/* A pruned kernel multiplied by what is left of it, and packed into a file. */
import assert from 'node:assert/strict';
import { multiply, pack, packSparse, unpack } from '@synaprune/sparse';
import { unpack as unpackOnly } from '@synaprune/sparse/unpack';

const packed = packSparse(Float32Array.of(0, 2, 0, 0, -1, 0, 0, 0.5), [2, 4]);
assert.equal(packed.kept, 3);
const samples = Float32Array.of(1, 10, 100, 1000, 1, 0, 0, 1);
assert.deepEqual(multiply(packed, samples, { activation: 'relu' }), Float32Array.of(20, 499, 0, 0));

const data = Float32Array.from({ length: 1000 }, (_, i) => (i % 10 === 3 ? i / 8 : 0));
const { bytes, report } = await pack({ kernel: { shape: [10, 100], data } });
assert.ok(report.bytes.after < report.bytes.before / 5);
for (const read of [unpack, unpackOnly]) {
  assert.deepEqual((await read(bytes, { kind: 'state' })).kernel?.data, data);
}
