import { createRandom } from '@synaprune/examples-kit/random';

/** A short daily series with a week in it, as a CSV text: date, value, other. */
export function toyCsv(rows = 460): string {
  const random = createRandom(1, 'toy');
  const lines = ['date,value,other'];
  for (let row = 0; row < rows; row += 1) {
    const date = new Date(Date.UTC(2020, 0, 1 + row)).toISOString().slice(0, 10);
    const value = 100 + 20 * Math.sin((2 * Math.PI * row) / 7) + 5 * random.normal();
    lines.push(`${date},${value.toFixed(3)},${random.uniform().toFixed(4)}`);
  }
  return `${lines.join('\n')}\n`;
}
