import pc from 'picocolors';
import { type Advice, adviceOn } from '../findings/advice.js';
import type { Findings, Held, ModelCost, Removed } from '../findings/findings.js';
import { bytesAmong, countText, millisecondsAmong, percentText, ratioText } from '../output/format.js';
import { tableText } from '../output/table.js';
import { columnsOf } from '../output/terminal.js';

/** Rows of each list that are printed; the JSON has all of them. */
const MOST_ROWS = 12;

/** Findings as tables for the terminal. */
export function findingsText(findings: Findings): string {
  const { before, after, agreement, sameSamples, samples, speedup, removed, held, out, runtime } = findings;
  const parts = [costTable(before, after, speedup)];
  if (agreement !== null && sameSamples !== null) {
    parts.push(
      `${pc.bold(percentText(agreement))} agreement with the model before; ` +
        `${percentText(sameSamples)} of ${countText(samples)} sample${samples === 1 ? '' : 's'} answered as before` +
        pc.dim(`  (${runtime})`),
    );
  }
  if (removed.length > 0) parts.push(removedTable(removed));
  if (held.length > 0) parts.push(heldTable(held));
  const advice = adviceOn(findings);
  if (advice.length > 0) parts.push(adviceText(advice));
  if (out !== null) parts.push(`${pc.bold('Written to')} ${pc.cyan(out)}`);
  return `\n${parts.join('\n\n')}\n`;
}

/** Bytes and milliseconds, before and after. */
function costTable(before: ModelCost, after: ModelCost, speedup: number | null): string {
  const bytesText = bytesAmong([before, after].flatMap(({ bytes, gzip, brotli }) => [bytes, gzip, brotli]));
  const sizes = (['bytes', 'gzip', 'brotli'] as const).map((key) => [
    key === 'bytes' ? 'file' : key,
    bytesText(before[key]),
    bytesText(after[key]),
    ratioText(before[key], after[key]),
  ]);
  const times =
    before.ms === null || after.ms === null
      ? []
      : [
          [
            'a run',
            ...[before.ms, after.ms].map(millisecondsAmong([before.ms, after.ms])),
            speedupText(speedup),
          ],
        ];
  return tableText(['', 'before', 'after', ''], [...sizes, ...times]);
}

function speedupText(speedup: number | null): string {
  return speedup === null ? '' : `${speedup.toFixed(2)} × as fast`;
}

function removedTable(removed: readonly Removed[]): string {
  const rows = removed
    .slice(0, MOST_ROWS)
    .map(({ name, kind, total, removed: gone }) => [
      name,
      kind,
      countText(gone),
      countText(total),
      percentText(total === 0 ? 0 : gone / total),
    ]);
  return tableText(['removed', '', 'gone', 'of', ''], rows, { left: [0, 1] }) + more(removed.length);
}

function heldTable(held: readonly Held[]): string {
  const rows = held
    .slice(0, MOST_ROWS)
    .map(({ name, total, heldBy }) => [name, total === null ? '' : countText(total), heldBy]);
  return (
    tableText(['stays', 'of', 'held by'], rows, { left: [0, 2], columns: columnsOf(process.stdout) }) +
    more(held.length)
  );
}

function adviceText(advice: readonly Advice[]): string {
  const lines = advice.map(
    ({ text, line }) => `  ${text}${line === undefined ? '' : `\n    ${pc.cyan(line)}`}`,
  );
  return [pc.bold('What helps'), ...lines].join('\n');
}

function more(count: number): string {
  return count > MOST_ROWS ? pc.dim(`\n… and ${count - MOST_ROWS} more; --json lists all`) : '';
}
