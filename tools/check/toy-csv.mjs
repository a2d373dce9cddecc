// @ts-check

/** A short series as a file: a wave with some noise, the same each time. @param {number} days */
export function toyCsv(days) {
  const rows = Array.from({ length: days }, (_, day) => {
    const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
    return `${date},${(10 + 3 * Math.sin(day / 5) + ((day * 37) % 17) / 17).toFixed(4)}`;
  });
  return `date,value\n${rows.join('\n')}\n`;
}
