import type { Notice } from '@synaprune/core';
import { applySelect, type Select } from '@synaprune/core';
import { elementsOf, listNames } from '@synaprune/core/checks';
import { codeExact, codePiece } from './coded-piece.js';
import type { JoinedBytes } from './joined-bytes.js';
import { planClustered } from './lossy/clustered.js';
import { planHalves } from './lossy/float16.js';
import type { LossyForm, LossyPlan } from './lossy/plan.js';
import { planScaled } from './lossy/scaled.js';
import { CODINGS, type Source, type Span } from './source.js';
import type { CodePiece } from './write-file.js';

/** How far the values of a packed tensor are from what they were. */
export interface PackError {
  /** The largest difference of a value. */
  readonly absolute: number;
  /** The largest, as a fraction of the value; 1 where a value became zero. */
  readonly relative: number;
}

/** A tensor that was written in fewer bits. */
export interface RoundedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: LossyForm;
  readonly error: PackError;
}

/** Codes pieces in fewer bits where that was asked for, and keeps account of it. */
export interface Rounding {
  readonly code: CodePiece;
  /** What became of the tensors, when all pieces are coded. */
  report(): { readonly rounded: readonly RoundedTensor[]; readonly notices: readonly Notice[] };
}

const PLANS: Readonly<
  Record<LossyForm, (floats: Float32Array, shape: readonly number[]) => LossyPlan | undefined>
> = { float16: planHalves, int8: planScaled, clustered: planClustered };

/** Fewer are written exactly, whatever was asked for. */
const LEAST_ELEMENTS = 16;

/**
 * @param select which tensors of float32; those of two axes or more unless told
 */
export function createRounding(
  caller: string,
  { spans }: Source,
  bytes: JoinedBytes,
  { values, select }: { readonly values: LossyForm; readonly select: Select | undefined },
): Rounding {
  const candidates = spans.filter(
    ({ coding, shape, length }) => coding === CODINGS.float32 && elementsOf(shape) * 4 === length,
  );
  const chosen =
    select === undefined
      ? candidates.filter(({ shape }) => shape.length > 1)
      : applySelect(caller, candidates, select);
  const left: string[] = [];
  const plans = new Map<Span, { readonly plan: LossyPlan; absolute: number; relative: number }>();
  for (const span of chosen) {
    if (span.length < 4 * LEAST_ELEMENTS) continue;
    const plan = PLANS[values](floatsOf(bytes.read(span.offset, span.length)), span.shape);
    if (plan === undefined) left.push(span.name);
    else plans.set(span, { plan, absolute: 0, relative: 0 });
  }
  return {
    code: ({ span, offset }, part) => {
      const rounding = plans.get(span);
      if (rounding === undefined || (offset - span.offset) % 4 !== 0) return codeExact(part, span.coding);
      const floats = floatsOf(part);
      const { piece, values: rounded } = rounding.plan.round(floats, (offset - span.offset) / 4);
      for (const [i, value] of floats.entries()) {
        const error = Math.abs(rounded[i]! - value);
        rounding.absolute = Math.max(rounding.absolute, error);
        if (value !== 0) rounding.relative = Math.max(rounding.relative, error / Math.abs(value));
      }
      return codePiece(piece);
    },
    report: () => ({
      rounded: [...plans].map(([{ name, shape }, { absolute, relative }]) => ({
        name,
        shape,
        values,
        error: { absolute, relative },
      })),
      notices: left.length === 0 ? [] : [keptExact(left, values)],
    }),
  };
}

function keptExact(weights: readonly string[], values: LossyForm): Notice {
  const message =
    `${listNames(weights)} hold values that ${values} cannot: NaN, infinities, too large or too small ones; ` +
    'they were packed exactly';
  return { code: 'packed-exactly', message, weights };
}

function floatsOf(bytes: Uint8Array<ArrayBuffer>): Float32Array {
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
