/** The largest difference of outputs, in parts of the largest number. @throws Error when there are other numbers of them */
export function apart(got: readonly Float32Array[], wanted: readonly Float32Array[]): number {
  const lengths = [got, wanted].map((outputs) => outputs.map(({ length }) => length).join());
  if (lengths[0] !== lengths[1])
    throw new Error(`there are ${lengths[0]} numbers, and should be ${lengths[1]}`);
  let [most, largest] = [0, 0];
  for (const [i, values] of wanted.entries()) {
    for (const [k, value] of values.entries()) {
      const difference = Math.abs(value - got[i]![k]!);
      // A NaN is no small difference.
      if (!(difference <= most)) most = difference;
      largest = Math.max(largest, Math.abs(value));
    }
  }
  return most / largest;
}
