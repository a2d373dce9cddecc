export const DAY_MS = 86_400_000;

/** `2024-04-24` of a time in milliseconds since 1970 (UTC). */
export function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
