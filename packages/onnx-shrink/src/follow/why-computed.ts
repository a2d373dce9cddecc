/** Why axes stay whose lengths come to be numbers that a node computes with. */
export function whyComputed(label: string, where = 'an axis'): string {
  return `${label}: it computes with the length of ${where}`;
}
