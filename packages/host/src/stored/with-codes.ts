import type { HostKernels, Part } from '../kernels.js';
import type { CodeLoops } from './codes/code-loops.js';
import type { Coded } from './codes/coded.js';

/** A part whose elements are codes. */
interface CodedPart extends Part {
  readonly coded: Coded;
  /** Whether it ranks by them, and not by another tensor. */
  readonly ranksByCodes: boolean;
}

/** A part as kernels know them, or one of codes. */
export type AnyPart = Part | CodedPart;

function ranksByCodes(part: AnyPart): part is CodedPart {
  return 'coded' in part && part.ranksByCodes;
}

/** Kernels that also take parts of codes: what concerns nothing else is done on the codes themselves. */
export function withCodes(
  kernels: HostKernels,
  loops: CodeLoops,
): HostKernels & {
  select(parts: readonly AnyPart[], rank: number): ReturnType<HostKernels['select']>;
} {
  return {
    ...kernels,
    countBelow: (part: AnyPart, magnitude) =>
      ranksByCodes(part) && magnitude < 2 ** 31
        ? part.coded.countBelow(loops, part.words, magnitude)
        : kernels.countBelow(part, magnitude),
    select: (parts: readonly AnyPart[], rank) =>
      parts.every(ranksByCodes)
        ? loops.select(
            (parts as CodedPart[]).map(({ coded: { run }, words }) => ({ ...run, words })),
            parts.reduce((sum, { words }) => sum + kernels.countKept(words), 0),
            rank,
          )
        : kernels.select(parts, rank),
    dropAndZero: (part: AnyPart, magnitude, ties) =>
      ranksByCodes(part)
        ? part.coded.dropAndZero(loops, part.words, magnitude, ties)
        : kernels.dropAndZero(part, magnitude, ties),
    zeroDropped: (part: AnyPart) => {
      if ('coded' in part) part.coded.zeroDropped(loops, part.words);
      else kernels.zeroDropped(part);
    },
  };
}
