// @ts-check

/**
 * Whether a version is within a range of the kinds that this repository's package.json files hold: `>=1.2.3`, `^1.2.3`,
 * `1.2.3`, several joined by `||`. Pre-releases count as what they come before.
 *
 * @param {string} version @param {string} range
 */
export function isWithin(version, range) {
  return range.split('||').some((part) => {
    const [, sign = '', least = ''] = /^\s*(>=|\^|)\s*v?([\d.]+)/.exec(part) ?? [];
    if (least === '') return part.trim() === '*';
    const [have, need] = [numbersOf(version), numbersOf(least)];
    const order = compare(have, need);
    if (sign === '>=') return order >= 0;
    if (sign === '') return order === 0;
    const first = need.findIndex((number) => number > 0);
    const fixed = first < 0 ? need.length : first + 1;
    return order >= 0 && need.slice(0, fixed).every((number, i) => number === have[i]);
  });
}

/** @param {string} version */
function numbersOf(version) {
  const [major = 0, minor = 0, patch = 0] = (/[\d.]+/.exec(version)?.[0] ?? '').split('.').map(Number);
  return [major, minor, patch];
}

/** @param {readonly number[]} a @param {readonly number[]} b */
function compare(a, b) {
  for (const [i, number] of a.entries()) if (number !== b[i]) return number - (b[i] ?? 0);
  return 0;
}
