/** The elements of each block, index by index. */
export function membersOf(shape: readonly number[], edges: readonly number[]): number[][] {
  const blocks = shape.map((length, axis) => Math.ceil(length / edges[axis]!));
  const members = Array.from(
    { length: blocks.reduce((product, count) => product * count, 1) },
    (): number[] => [],
  );
  const elements = shape.reduce((product, length) => product * length, 1);
  for (let element = 0; element < elements; element += 1) {
    let inner = elements;
    let rest = element;
    let unit = 0;
    for (const [axis, length] of shape.entries()) {
      inner /= length;
      unit = unit * blocks[axis]! + Math.floor(Math.floor(rest / inner) / edges[axis]!);
      rest %= inner;
    }
    members[unit]!.push(element);
  }
  return members;
}
