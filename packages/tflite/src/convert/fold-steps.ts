import { ACTIVATIONS, type Step, type Value, type Weighted } from './step.js';

/**
 * Takes normalisations into the kernels and biases before them, and functions into the operators before them, where
 * nothing else reads what is in between. Zeros of kernels stay zeros.
 *
 * @param outputs what the model gives
 */
export function foldSteps(steps: readonly Step[], outputs: readonly Value[]): readonly Step[] {
  const readers = new Map<Value, number>();
  const count = (value: Value) => readers.set(value, (readers.get(value) ?? 0) + 1);
  for (const { reads } of steps) for (const value of reads) count(value);
  for (const value of outputs) count(value);
  const made: Step[] = [];
  const places = new Map<Value, number>();
  for (const step of steps) {
    const [from] = step.reads;
    const at = from === undefined || readers.get(from) !== 1 ? undefined : places.get(from);
    const folded = at === undefined ? undefined : fold(made[at]!, step);
    if (folded === undefined) made.push(step);
    else made[at!] = folded;
    places.set(step.gives, folded === undefined ? made.length - 1 : at!);
  }
  return made;
}

/** Both in one; undefined where that is not possible. */
function fold(before: Step, step: Step): Step | undefined {
  const { weighted, activation } = before;
  if (activation !== ACTIVATIONS.linear) return undefined;
  if (step.scale !== undefined && weighted !== undefined) {
    return { ...before, weighted: scaled(weighted, step.scale), gives: step.gives };
  }
  const own = step.op === 'RELU' ? ACTIVATIONS.relu : step.op === 'RELU6' ? ACTIVATIONS.relu6 : undefined;
  return own && { ...before, activation: own, gives: step.gives };
}

function scaled(
  { kernel, bias, channels }: Weighted,
  { factors, offsets }: NonNullable<Step['scale']>,
): Weighted {
  const each = kernel.values.length / factors.length;
  const channelOf =
    channels === 'first' ? (i: number) => Math.floor(i / each) : (i: number) => i % factors.length;
  const values = Float32Array.from(kernel.values, (value, i) =>
    value === 0 ? 0 : value * factors[channelOf(i)]!,
  );
  const shifted = Float32Array.from(bias.values, (value, i) => value * factors[i]! + offsets[i]!);
  return { kernel: { ...kernel, values }, bias: { ...bias, values: shifted }, channels };
}
