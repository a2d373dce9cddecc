import type { Moments } from '../moments/moments.js';

/** How strongly weights are held where they are unless told, of the mean square of what they read. */
export const DAMPING = 0.01;

/** The damping of a layer: the more, the fewer there are than ten columns for each input, so that few decide little. */
export function dampingFor({ samples, features }: Moments, damping: number = DAMPING): number {
  return damping * Math.max(1, (10 * features) / samples);
}
