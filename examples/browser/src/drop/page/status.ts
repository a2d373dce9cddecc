import type { DropState } from '../state';
import { bytesText, shareText } from '../view/words';

/** What is said aloud when something came of it; `null` where there is nothing new. */
export function statusOf(
  before: DropState,
  { facts, busy, made, after, answered, timed }: DropState,
): string | null {
  if (before.facts !== facts && facts !== null) {
    return `${facts.name} is open: ${facts.formatName}, ${bytesText(facts.bytes)}. Measuring …`;
  }
  if (before.busy === null || busy !== null || made === null) return null;
  const bytes = after.packed ?? after.gzip ?? after.raw;
  return [
    `Keeping ${shareText(made.wish.keep)}:`,
    ...(bytes === undefined ? [] : [`${bytesText(bytes)} packed,`]),
    ...(answered === null ? [] : [`${shareText(answered.agreement)} agreement,`]),
    ...(timed === null ? ['not run.'] : [`${timed.speedup.toFixed(1)} times as fast.`]),
  ].join(' ');
}
