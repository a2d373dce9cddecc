import type { DropState, Timed } from '../state';
import { onNoise } from '../view/figures';
import { bytesText, shareText } from '../view/words';

/** What is said aloud when something came of it; `null` where there is nothing new. */
export function statusOf(
  before: DropState,
  { facts, busy, made, after, ground, answered, timed, complaint }: DropState,
): string | null {
  // What went wrong is said as such; what was said before is over.
  if (complaint !== null) return '';
  if (before.facts !== facts && facts !== null) {
    return `${facts.name} is open: ${facts.formatName}, ${bytesText(facts.bytes)}. Measuring …`;
  }
  if (before.busy === null || busy !== null || made === null) return null;
  const bytes = after.packed ?? after.gzip ?? after.raw;
  return [
    `Keeping ${shareText(made.wish.keep)}:`,
    ...(bytes === undefined ? [] : [`${bytesText(bytes)} packed,`]),
    ...(answered === null ? [] : [`${shareText(answered.agreement)} agreement${onNoise(ground)},`]),
    timed === null ? 'not run.' : speedOf(timed),
  ].join(' ');
}

function speedOf({ speedup, scattered }: Timed): string {
  if (speedup === null) return 'too fast to time.';
  return scattered ? 'and times that scatter.' : `${speedup.toFixed(1)} times as fast.`;
}
