import type { LegendEntry } from '@synaprune/examples-kit/report/legend';

/** How an arm is drawn, everywhere: a colour of the style sheet, and a symbol and a dash for eyes that do not see it. */
export interface Look {
  readonly colour: string;
  readonly symbol: 'circle' | 'diamond' | 'triangle' | 'rect';
  readonly dash: readonly number[];
}

interface Paint extends Omit<Look, 'colour'> {
  readonly light: string;
  readonly dark: string;
}

const solid: readonly number[] = [];
const dashed: readonly number[] = [7, 4];
const dotted: readonly number[] = [2, 3];

/** Families share a hue: greys for plain training, warm for dropout, blues for pruning, greens for controls. */
const PAINTS: Readonly<Record<string, Paint>> = {
  none: { light: '#55585e', dark: '#b3b5ba', symbol: 'circle', dash: solid },
  dropout: { light: '#c96a00', dark: '#f0a030', symbol: 'diamond', dash: solid },
  'mc-dropout-1': { light: '#b8344e', dark: '#f08a9b', symbol: 'diamond', dash: dotted },
  'mc-dropout': { light: '#a8407d', dark: '#dd8fbd', symbol: 'triangle', dash: dashed },
  'pruning-published': { light: '#5d4bb5', dark: '#b0a4f5', symbol: 'rect', dash: dashed },
  pruning: { light: '#0067a5', dark: '#56b4e9', symbol: 'rect', dash: solid },
  'zhu-gupta': { light: '#2b8fb5', dark: '#8ad4ee', symbol: 'triangle', dash: dashed },
  'zero-to-target': { light: '#1f8a94', dark: '#6fd6dd', symbol: 'circle', dash: dotted },
  'one-shot': { light: '#3a4fd0', dark: '#93a4ff', symbol: 'diamond', dash: dashed },
  random: { light: '#6f8a00', dark: '#bcd44a', symbol: 'circle', dash: dashed },
  l2: { light: '#1f8a4c', dark: '#6fd69a', symbol: 'triangle', dash: solid },
  narrow: { light: '#8a6d1f', dark: '#d9bd6a', symbol: 'rect', dash: dotted },
};

/** For arms that a user has added. */
const SPARE: readonly Paint[] = [
  { light: '#8a3ab0', dark: '#d79bf2', symbol: 'circle', dash: dashed },
  { light: '#9a4a2f', dark: '#e6a58d', symbol: 'triangle', dash: dotted },
  { light: '#2f6f5f', dark: '#86ccb9', symbol: 'diamond', dash: dashed },
  { light: '#4a5a7a', dark: '#a9b9da', symbol: 'rect', dash: dashed },
];

/** The looks of a study's arms, and the style sheet that their colours stand in. */
export interface Looks {
  of(arm: string): Look;
  legend(arms: readonly string[], draw: 'line' | 'symbol'): LegendEntry[];
  readonly css: string;
}

/** Gives every arm of a study its look. */
export function looksFor(arms: readonly string[]): Looks {
  const unknown = arms.filter((arm) => !Object.hasOwn(PAINTS, arm));
  const paintOf = (arm: string): Paint =>
    (Object.hasOwn(PAINTS, arm) ? PAINTS[arm] : undefined) ??
    SPARE[Math.max(0, unknown.indexOf(arm)) % SPARE.length]!;
  const variables = (theme: 'light' | 'dark') =>
    arms.map((arm, index) => `--arm-${index}: ${paintOf(arm)[theme]};`).join(' ');
  const of = (arm: string): Look => {
    const { symbol, dash } = paintOf(arm);
    return { colour: `var(--arm-${arms.indexOf(arm)})`, symbol, dash };
  };
  return {
    of,
    legend: (shown, draw) =>
      shown.map((arm) => {
        const { colour, symbol, dash } = of(arm);
        return draw === 'line' ? { label: arm, colour, dash } : { label: arm, colour, dash: null, symbol };
      }),
    css: `:root { ${variables('light')} }\n@media (prefers-color-scheme: dark) { :root { ${variables('dark')} } }`,
  };
}
