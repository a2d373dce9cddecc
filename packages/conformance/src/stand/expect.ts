import { type BackendManifest, PruneError } from '@synaprune/core';
import { bitsOf } from '../oracle/bits.js';

/** Fails a case with a message that says what was needed and what was got. */
export function fail(what: string, needed: unknown, got: unknown): never {
  throw new Error(`${what}: needed ${String(needed)}, got ${String(got)}`);
}

/** Two values are one and the same; +0 and -0 are not. */
export function expectSame(what: string, got: unknown, needed: unknown): void {
  if (!Object.is(got, needed)) fail(what, needed, got);
}

/** Two lists of numbers agree. */
export function expectSameNumbers(what: string, got: readonly number[], needed: readonly number[]): void {
  expectSame(`length of ${what}`, got.length, needed.length);
  const first = needed.findIndex((value, i) => !Object.is(got[i], value));
  if (first >= 0) fail(`${what}, entry ${first}`, needed[first], got[first]);
}

/** Two packed masks agree, byte for byte. */
export function expectSameBytes(what: string, got: Uint8Array, needed: Uint8Array): void {
  if (!(got instanceof Uint8Array)) fail(what, 'a Uint8Array', got);
  expectSame(`bytes in ${what}`, got.length, needed.length);
  const first = needed.findIndex((byte, i) => byte !== got[i]);
  if (first < 0) return;
  const binary = (byte: number) => `0b${byte.toString(2).padStart(8, '0')}`;
  fail(
    `${what}, byte ${first} (elements ${first * 8} to ${first * 8 + 7}, the lowest bit first)`,
    binary(needed[first]!),
    binary(got[first]!),
  );
}

/**
 * Two tensors hold the same bits. Where the device flushes subnormals, a zero may stand for a subnormal; where
 * it keeps no NaN payloads, one NaN may stand for another.
 */
export function expectSameBits(
  what: string,
  got: Float32Array,
  needed: Float32Array,
  { subnormals, nanPayloads }: Pick<BackendManifest, 'subnormals' | 'nanPayloads'>,
): void {
  expectSame(`length of ${what}`, got.length, needed.length);
  const [gotBits, neededBits] = [bitsOf(got), bitsOf(needed)];
  for (let i = 0; i < needed.length; i += 1) {
    if (gotBits[i] === neededBits[i]) continue;
    if (nanPayloads === 'tied' && Number.isNaN(got[i]) && Number.isNaN(needed[i])) continue;
    const magnitude = neededBits[i]! & 0x7fffffff;
    if (subnormals === 'zero' && magnitude > 0 && magnitude < 0x00800000 && got[i] === 0) continue;
    fail(`${what}, element ${i}`, spell(needed[i]!, neededBits[i]!), spell(got[i]!, gotBits[i]!));
  }
}

/** A number does not exceed a limit. */
export function expectAtMost(what: string, got: number, limit: number): void {
  if (!(got <= limit)) fail(what, `at most ${limit}`, got);
}

/** A call throws or rejects with a `PruneError`, of one of these codes where any are given. */
export async function expectPruneError(
  what: string,
  call: () => unknown,
  ...codes: readonly string[]
): Promise<void> {
  const error = await rejectionOf(what, call);
  if (!(error instanceof PruneError)) fail(what, 'a PruneError', error);
  if (codes.length > 0 && !codes.includes(error.code)) {
    fail(what, `a PruneError of code ${codes.join(' or ')}`, `${error.code} (${error.message})`);
  }
}

/** What a call throws or rejects with. */
export async function rejectionOf(what: string, call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return fail(what, 'a failure', 'success');
}

function spell(value: number, bits: number): string {
  return `${Object.is(value, -0) ? '-0' : value} (0x${bits.toString(16).padStart(8, '0')})`;
}
