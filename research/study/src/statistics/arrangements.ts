/**
 * All different orders of a list in which numbers may repeat, each once: k! of them without ties, fewer with.
 *
 * @example
 * arrangements([1, 1, 2]); // [[1, 1, 2], [1, 2, 1], [2, 1, 1]]
 */
export function arrangements(values: readonly number[]): number[][] {
  const current = [...values].sort((a, b) => a - b);
  const all = [[...current]];
  // The next list in the order of a dictionary, until there is none.
  for (;;) {
    let i = current.length - 2;
    while (i >= 0 && current[i]! >= current[i + 1]!) i -= 1;
    if (i < 0) return all;
    let j = current.length - 1;
    while (current[j]! <= current[i]!) j -= 1;
    [current[i], current[j]] = [current[j]!, current[i]!];
    current.splice(i + 1, current.length, ...current.slice(i + 1).reverse());
    all.push([...current]);
  }
}
