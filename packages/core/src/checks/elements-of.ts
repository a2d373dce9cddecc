/** How many elements a shape has; 1 for `[]`. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, edge) => product * edge, 1);
}
