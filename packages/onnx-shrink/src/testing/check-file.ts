import type { ShrinkReport } from '@synaprune/axes';
import { decodeModel, type ModelProto, type TensorProto, TensorProto_DataType } from '@synaprune/onnx';
import { allGraphs, allTensors } from './masked-dense.js';
import type { Result } from './run-model.js';

/** Where a shrunken file is not what its report says, or says of a value what that is not; in words. */
export function checkFile(
  dense: Uint8Array,
  small: Uint8Array,
  report: ShrinkReport,
  results: Readonly<Record<string, Result>>,
): string[] {
  const [before, after] = [decodeModel(dense), decodeModel(small)];
  const faults = [...checkTensors(before, after, report), ...checkDeclared(after, results)];
  if (report.bytes.before !== dense.length || report.bytes.after !== small.length) {
    faults.push(`report: ${report.bytes.after} bytes, and the file has ${small.length}`);
  }
  const ends = ({ graph }: ModelProto) => JSON.stringify([graph!.input, graph!.output], bigints);
  if (ends(before) !== ends(after)) faults.push('declared: inputs or outputs are others than before');
  for (const { name, channels, kept, importance } of report.groups) {
    const inside = kept.every((channel, i) => channel < channels && (i === 0 || channel > kept[i - 1]!));
    if (!inside || kept.length === 0 || importance.length !== channels) {
      faults.push(`report: group "${name}" keeps [${kept}] of ${channels}`);
    }
  }
  return faults;
}

const bigints = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);

/** What was removed is gone, and what stays has not changed by a bit. */
function* checkTensors(before: ModelProto, after: ModelProto, report: ShrinkReport): Generator<string> {
  const [old, now] = [allTensors(before), allTensors(after)];
  const cut = new Map(report.tensors.map((tensor) => [tensor.name, tensor]));
  for (const [name, [tensor]] of old) {
    const [found] = now.get(name) ?? [];
    // What no node needs any more may go; what says shapes and indices may be another.
    if (found === undefined || isInteger(tensor!)) continue;
    const shape = tensor!.dims.map(Number);
    const axes = cut.get(name)?.axes ?? [];
    const expected = slice(tensor!.rawData, shape, axes);
    if (Buffer.compare(found.rawData, expected) !== 0) {
      yield `tensors: "${name}" is not what was kept of it, of [${shape}] to [${found.dims}]`;
    }
  }
}

const isInteger = ({ dataType }: TensorProto) =>
  dataType === TensorProto_DataType.INT64 || dataType === TensorProto_DataType.INT32;

/** The bytes at the kept indices. */
function slice(
  bytes: Uint8Array,
  shape: readonly number[],
  axes: readonly { readonly axis: number; readonly kept: readonly number[] }[],
): Uint8Array {
  const count = shape.reduce((a, b) => a * b, 1);
  const size = count === 0 ? 1 : bytes.length / count;
  const stays = axes.map(({ axis, kept }) => ({
    inner: shape.slice(axis + 1).reduce((a, b) => a * b, 1),
    edge: shape[axis]!,
    kept: new Set(kept),
  }));
  const chosen = Array.from({ length: count }, (_, i) => i).filter((i) =>
    stays.every(({ inner, edge, kept }) => kept.has(Math.floor(i / inner) % edge)),
  );
  return Uint8Array.from(chosen.flatMap((i) => [...bytes.subarray(i * size, (i + 1) * size)]));
}

/** Shapes that the file still says are those that values have. */
function* checkDeclared(after: ModelProto, results: Readonly<Record<string, Result>>): Generator<string> {
  for (const { name, type } of [...allGraphs(after)].flatMap(({ valueInfo }) => valueInfo)) {
    const result = results[name];
    if (result === undefined || type?.value.case !== 'tensorType') continue;
    const said = type.value.value.shape?.dim.map(({ value }) =>
      value.case === 'dimValue' ? Number(value.value) : undefined,
    );
    const stale = said?.some((edge, axis) => edge !== undefined && edge !== result.shape[axis]);
    if (stale) yield `declared: "${name}" is said to be [${said}], and is [${result.shape}]`;
  }
}
