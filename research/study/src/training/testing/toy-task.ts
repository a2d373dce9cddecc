import type { Part, Protocol, Task } from '../../task.js';

/** A noisy sine with a second channel, windows cut by hand: small enough to train on in a blink. */
export function toyTask({
  rows = 400,
  length = 4,
  protocol = 'honest',
}: {
  readonly rows?: number;
  readonly length?: number;
  readonly protocol?: Protocol;
} = {}): Task {
  const wave = (row: number) => Math.sin(row / 5) + 0.1 * Math.sin(row * 1.7);
  const table = Array.from({ length: rows }, (_, row) => [wave(row), Math.cos(row / 5)] as const);
  const part = (first: number, last: number): Part => {
    const ends = Array.from({ length: last - first - length }, (_, i) => first + length + i);
    return {
      count: ends.length,
      inputs: Float32Array.from(ends.flatMap((end) => table.slice(end - length, end).flat())),
      targets: Float32Array.from(ends, (end) => table[end]![0]),
      nextRow: Float32Array.from(ends.flatMap((end) => table[end]!)),
      truth: Float64Array.from(ends, (end) => 50 + 10 * table[end]![0]),
      persistence: Float64Array.from(ends, (end) => 50 + 10 * table[end - 1]![0]),
      offset: new Float64Array(ends.length).fill(50),
      channelOffset: new Float64Array(ends.length),
    };
  };
  const [first, second] = [Math.floor(rows * 0.7), Math.floor(rows * 0.8)];
  return {
    protocol,
    series: {
      source: 'toy',
      target: 'wave',
      name: 'Toy',
      unit: '',
      step: 'row',
      provenance: 'computed',
      licence: 'MIT',
      sha256: '0'.repeat(64),
    },
    length,
    features: ['wave', 'other'],
    channels: 2,
    outputScale: 10,
    targetChannel: { index: 0, centre: 50, size: 10 },
    errorUnit: 7,
    train: part(0, first),
    validation: part(first, second),
    test: part(second, rows),
    remarks: [],
  };
}
