import { describe, isRecord, legible } from '@synaprune/core/checks';
import type { Change, ShrinkReport } from './report.js';

/**
 * A report as lines of text: what the model has become, the groups with what ranked them (`importance`: of the channels
 * that stay), and what holds the rest.
 *
 * @throws TypeError when it is no report of shrinking
 *
 * @example
 * ```ts
 * import { reportTable, type ShrinkReport } from '@synaprune/axes';
 *
 * const report: ShrinkReport = {
 *   parameters: { before: 12, after: 6 },
 *   multiplyAdds: { before: 12, after: 6 },
 *   bytes: { before: 400, after: 376 },
 *   groups: [],
 *   held: [],
 *   tensors: [],
 *   notices: [],
 * };
 * console.log(reportTable(report).split('\n')[1]); // parameters         12      6  0.50 ×
 * ```
 */
export function reportTable(report: ShrinkReport): string {
  requireReport(report);
  const { parameters, multiplyAdds, bytes, groups, held, notices } = report;
  const sizes = [
    ['', 'before', 'after', ''],
    changeRow('parameters', parameters),
    changeRow('multiply-adds', multiplyAdds),
    changeRow('bytes', bytes),
  ];
  const kept = groups.map(({ name, kind, channels, kept: own, importance, members }) => [
    name,
    kind,
    `${own.length} of ${channels}`,
    rangeOf(own.map((channel) => importance[channel]!)),
    rangeOf(importance.filter((_, channel) => !own.includes(channel))),
    String(new Set(members.map(({ tensor }) => tensor)).size),
  ]);
  const parts = [lines(sizes, [0])];
  if (kept.length > 0) {
    parts.push(
      lines([['group', 'kind', 'stay', 'importance', 'of those removed', 'tensors'], ...kept], [0, 1]),
    );
  }
  if (held.length > 0) {
    parts.push(
      lines(
        [
          ['stays', 'channels', 'held by'],
          ...held.map((each) => [each.name, String(each.channels), each.heldBy]),
        ],
        [0, 2],
      ),
    );
  }
  if (notices.length > 0) parts.push(notices.map(({ code, message }) => `${code}: ${message}`).join('\n'));
  return parts.join('\n\n');
}

function requireReport(report: unknown): void {
  if (isRecord(report) && isRecord(report.multiplyAdds) && Array.isArray(report.groups)) return;
  const inside = isRecord(report) && isRecord(report.report) ? ' that holds one: pass its report' : '';
  throw new TypeError(
    `reportTable needs the report of a model that was shrunken, got ${describe(report)}${inside}`,
  );
}

function changeRow(name: string, { before, after }: Change): string[] {
  const ratio = before === 0 ? '' : `${(after / before).toFixed(2)} ×`;
  return [name, before.toLocaleString('en'), after.toLocaleString('en'), ratio];
}

function rangeOf(numbers: readonly number[]): string {
  if (numbers.length === 0) return '';
  const [low, high] = numbers.reduce(
    ([least, most], each) => [Math.min(least, each), Math.max(most, each)] as const,
    [Infinity, -Infinity] as const,
  );
  return low === high ? show(low) : `${show(low)} to ${show(high)}`;
}

function show(number: number): string {
  return Number(number.toPrecision(3)).toString();
}

/** Rows as lines, in columns; those named are written from the left. Reasons stand last, and their ends say what to do. */
function lines(rows: readonly (readonly string[])[], left: readonly number[]): string {
  const texts = rows.map((row) =>
    row.map((cell, i) => legible(cell, i === row.length - 1 ? 500 : 120).replaceAll('\n', ' ')),
  );
  const widths = texts[0]!.map((_, i) => Math.max(...texts.map((row) => row[i]!.length)));
  return texts
    .map((row) =>
      row
        .map((cell, i) => (left.includes(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
