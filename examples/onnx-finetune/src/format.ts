import { percent } from '@synaprune/examples-kit/format';
import type { ModelName } from '@synaprune/examples-kit/ocr/model/model';

/** Between a number and its unit: no line ends here. */
const SPACE = '\u00a0';

/** Bytes in kB (1,000 bytes), or in MB from a million on. */
export function fileSize(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)}${SPACE}kB` : `${(bytes / 1e6).toFixed(2)}${SPACE}MB`;
}

/** A {@link Scores.distance} in the model's own unit: edits are per cent, differences of probabilities are not. */
export function distanceText(model: ModelName, distance: number): string {
  return model === 'cls' ? distance.toFixed(3) : percent(distance);
}
