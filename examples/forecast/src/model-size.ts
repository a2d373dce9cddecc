/** Numbers of an LSTM with one linear unit on top: its kernels, which can be pruned, and its biases, which are not. */
export function numbersOf(
  features: number,
  hidden: number,
): { readonly kernels: number; readonly biases: number } {
  return { kernels: 4 * hidden * (features + hidden) + hidden, biases: 4 * hidden + 1 };
}

/** Units of the dense LSTM whose numbers come nearest to what is left of a larger one at a sparsity. */
export function narrowUnits(features: number, hidden: number, sparsity: number): number {
  const { kernels, biases } = numbersOf(features, hidden);
  const left = Math.round(kernels * (1 - sparsity)) + biases;
  const distance = (units: number) => {
    const narrow = numbersOf(features, units);
    return Math.abs(narrow.kernels + narrow.biases - left);
  };
  let units = 1;
  while (units < hidden && distance(units + 1) <= distance(units)) units += 1;
  return units;
}
