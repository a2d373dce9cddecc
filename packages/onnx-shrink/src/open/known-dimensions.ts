import { listNames, quote } from '@synaprune/core/checks';
import type { ModelProto } from '@synaprune/onnx';

/**
 * Lengths may be given for names that the inputs of a model leave open, and no others.
 *
 * @throws RangeError for a name that no input has
 */
export function requireKnownDimensions(
  caller: string,
  { graph }: ModelProto,
  dimensions: Readonly<Record<string, number>> | undefined,
): void {
  if (dimensions === undefined) return;
  const names = new Set<string>();
  for (const { type } of graph?.input ?? []) {
    if (type?.value.case !== 'tensorType') continue;
    for (const { value } of type.value.value.shape?.dim ?? []) {
      if (value.case === 'dimParam' && value.value !== '') names.add(value.value);
    }
  }
  const unknown = Object.keys(dimensions).find((name) => !names.has(name));
  if (unknown === undefined) return;
  throw new RangeError(
    `${caller}: no input of the model leaves ${quote(unknown)} open, which dimensions gives a length; ` +
      (names.size === 0 ? 'they leave no name open' : `they leave ${listNames([...names])} open`),
  );
}
