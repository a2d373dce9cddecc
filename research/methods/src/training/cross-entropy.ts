/** How well rows of logits tell what is: the share of rows whose largest is the right one, and the mean −log p of it. */
export function crossEntropy(
  logits: Float32Array,
  labels: ArrayLike<number>,
): { readonly right: number; readonly nats: number } {
  const classes = logits.length / labels.length;
  let [right, nats] = [0, 0];
  for (let row = 0; row < labels.length; row += 1) {
    const own = logits.subarray(row * classes, (row + 1) * classes);
    const label = labels[row]!;
    const largest = own.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const sum = own.reduce((total, value) => total + Math.exp(value - largest), 0);
    nats += Math.log(sum) + largest - own[label]!;
    if (own.indexOf(largest) === label) right += 1;
  }
  return { right: right / labels.length, nats: nats / labels.length };
}
