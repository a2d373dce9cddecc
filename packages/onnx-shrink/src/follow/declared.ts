import { type Dim, openDim } from '@synaprune/axes';
import type { ValueInfoProto } from '@synaprune/onnx';

/** The shape that a file declares of a value, or undefined where it declares none. */
export function declaredDims(
  info: ValueInfoProto | undefined,
  openSize: (what: string) => Dim,
): readonly Dim[] | undefined {
  const type = info?.type?.value;
  if (type?.case !== 'tensorType' || type.value.shape === undefined) return undefined;
  return type.value.shape.dim.map(({ value }) =>
    value.case === 'dimValue' && value.value >= 0n && value.value <= BigInt(Number.MAX_SAFE_INTEGER)
      ? Number(value.value)
      : value.case === 'dimParam' && value.value !== ''
        ? openDim(value.value)
        : openSize(info!.name),
  );
}
