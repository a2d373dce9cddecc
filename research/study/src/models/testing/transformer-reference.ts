import { decodeModel, tensorToFloat32 } from '@synaprune/onnx';

/** Rows of numbers. */
export type Rows = readonly (readonly number[])[];

/** The float32 tensors of a model, by name. */
export function tensorsOf(bytes: Uint8Array): Map<string, Float32Array> {
  const tensors = decodeModel(bytes).graph!.initializer.filter(({ dataType }) => dataType === 1);
  return new Map(tensors.map((tensor) => [tensor.name, tensorToFloat32(tensor)]));
}

/** How a transformer's variants differ, for {@link block}. */
export interface Variant {
  readonly heads: number;
  activation(x: number): number;
  norm(name: string, row: readonly number[]): number[];
  /** Multiplies by the mask of a place of dropout; `at` counts through the mask in the order of its elements. */
  drop(name: string, rows: Rows): number[][];
}

/** A transformer in plain numbers, written from its definition: an oracle that shares nothing with the graphs. */
export function transformerReference(tensors: ReadonlyMap<string, Float32Array>) {
  const tensor = (name: string): Float32Array => {
    const found = tensors.get(name);
    if (found === undefined)
      throw new Error(`needed a tensor ${name}, got ${[...tensors.keys()].join(', ')}`);
    return found;
  };

  const linear = (name: string, rows: Rows): number[][] => {
    const [kernel, bias] = [tensor(`${name}/kernel`), tensor(`${name}/bias`)];
    return rows.map((row) =>
      Array.from(bias, (shift, column) =>
        row.reduce((sum, value, i) => sum + value * kernel[i * bias.length + column]!, shift),
      ),
    );
  };

  const attention = (name: string, rows: Rows, { heads, drop }: Variant): number[][] => {
    const [query, key, value] = ['query', 'key', 'value'].map((part) => linear(`${name}/${part}`, rows)) as [
      number[][],
      number[][],
      number[][],
    ];
    const size = query[0]!.length / heads;
    const mixed = rows.map((): number[] => []);
    const shares: number[][] = [];
    for (let head = 0; head < heads; head += 1) {
      const part = (row: readonly number[]) => row.slice(head * size, (head + 1) * size);
      for (const asking of query) {
        const scores = key.map((asked) => dot(part(asking), part(asked)) / Math.sqrt(size));
        const powers = scores.map((score) => Math.exp(score));
        const total = powers.reduce((a, b) => a + b);
        shares.push(powers.map((power) => power / total));
      }
    }
    const kept = drop(`${name}/shares`, shares);
    for (let head = 0; head < heads; head += 1) {
      for (const [row, out] of mixed.entries()) {
        for (let i = head * size; i < (head + 1) * size; i += 1) {
          out.push(
            dot(
              kept[head * rows.length + row]!,
              value.map((other) => other[i]!),
            ),
          );
        }
      }
    }
    return linear(`${name}/out`, mixed);
  };

  const block = (name: string, rows: Rows, variant: Variant): number[][] => {
    const { norm, drop, activation } = variant;
    const attended = drop(`${name}/attention`, attention(`${name}/attention`, rows, variant));
    const first = sum(rows, attended).map((row) => norm(`${name}/norm1`, row));
    const active = linear(`${name}/expand`, first).map((row) => row.map(activation));
    const contracted = drop(`${name}/contract`, linear(`${name}/contract`, drop(`${name}/expand`, active)));
    return sum(first, contracted).map((row) => norm(`${name}/norm2`, row));
  };

  const scaleAndShift = (name: string, row: readonly number[], mean: number, variance: number): number[] => {
    const [scale, shift] = [tensor(`${name}/scale`), tensor(`${name}/shift`)];
    return row.map((value, i) => ((value - mean) / Math.sqrt(variance + 1e-5)) * scale[i]! + shift[i]!);
  };

  const layerNorm = (name: string, row: readonly number[]): number[] => {
    const mean = row.reduce((a, b) => a + b) / row.length;
    const variance = row.reduce((a, b) => a + (b - mean) ** 2, 0) / row.length;
    return scaleAndShift(name, row, mean, variance);
  };

  /** As a model uses it that has not been trained: mean 0, variance 1. */
  const freshBatchNorm = (name: string, row: readonly number[]): number[] => scaleAndShift(name, row, 0, 1);

  const withPositions = (rows: Rows): number[][] => {
    const positions = tensor('positions');
    return rows.map((row, token) => row.map((value, i) => value + positions[token * row.length + i]!));
  };

  return { linear, block, layerNorm, freshBatchNorm, withPositions };
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);

const sum = (a: Rows, b: Rows) => a.map((row, i) => row.map((value, j) => value + b[i]![j]!));

/** The error function by its series, for arguments of a few units. */
export function erf(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; n < 200; n += 1) {
    term *= -(x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}
