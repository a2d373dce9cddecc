/**
 * What a case rejects with when it turns out, only as it runs, that it cannot: a skip, not a failure.
 *
 * @example
 * ```ts
 * import { ConformanceSkip } from '@synaprune/conformance';
 *
 * const skip = new ConformanceSkip('the manifest lists the scores magnitude, not random');
 * console.log(skip.reason); // the manifest lists the scores magnitude, not random
 * ```
 */
export class ConformanceSkip extends Error {
  /** Why the case cannot run. */
  readonly reason: string;

  constructor(reason: string) {
    super(`skipped: ${reason}`);
    this.name = 'ConformanceSkip';
    this.reason = reason;
  }
}
