import type { LegendEntry } from '@synaprune/examples-kit/report/legend';
import type { Arm } from '../arms.js';

/** How each arm is drawn, everywhere: a colour, and a dash or a symbol for eyes that do not see it. */
export const LOOK = {
  'synaptic-pruning': { colour: 'var(--pruning)', dash: [], symbol: 'rect' },
  none: { colour: 'var(--none)', dash: [], symbol: 'circle' },
  dropout: { colour: 'var(--dropout)', dash: [7, 4], symbol: 'diamond' },
  'mc-dropout': { colour: 'var(--mc-dropout)', dash: [2, 3], symbol: 'triangle' },
  narrow: { colour: 'var(--narrow)', dash: [10, 3, 2, 3], symbol: 'arrow' },
} as const satisfies Readonly<Record<Arm['name'], Omit<LegendEntry, 'label'>>>;

/** An arm in a legend. */
export function entryOf(name: Arm['name'], label: string): LegendEntry {
  return { label, ...LOOK[name] };
}

/** A dash pattern as echarts takes it. */
export function dashed(pattern: readonly number[]): 'solid' | number[] {
  return pattern.length === 0 ? 'solid' : [...pattern];
}

/** A number of an axis, with four digits at most. */
export function axisNumber(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}
