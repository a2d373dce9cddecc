import { legible } from '@synaprune/core/checks';
import type { z } from 'zod';

/** A value of the shape that was asked for, or the first thing that is wrong with it. */
export type Checked<Value> =
  | { readonly kind: 'good'; readonly value: Value }
  | { readonly kind: 'bad'; readonly problem: string };

/**
 * Looks whether a value from elsewhere has a shape.
 *
 * @returns for a bad one the place and what is wrong there: `spec.protocol: Invalid option …`
 */
export function checkShape<Value>(schema: z.ZodType<Value>, value: unknown): Checked<Value> {
  const result = schema.safeParse(value);
  if (result.success) return { kind: 'good', value: result.data };
  const [issue] = result.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  return { kind: 'bad', problem: legible(`${place}${issue?.message ?? 'not as needed'}`, 300) };
}

/** {@link checkShape} of a JSON text no longer than `most` characters. */
export function checkJson<Value>(schema: z.ZodType<Value>, text: string, most: number): Checked<Value> {
  if (text.length > most) {
    return { kind: 'bad', problem: `${text.length} characters, more than the ${most} that are read` };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: 'bad', problem: legible(`not JSON (${(error as Error).message})`, 300) };
  }
  return checkShape(schema, value);
}
