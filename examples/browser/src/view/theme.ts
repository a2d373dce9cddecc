import { byId } from './elements';

const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const KEY = 'synaprune-browser-example-theme';
const TITLES: Readonly<Record<Theme, string>> = { auto: 'system', light: 'light', dark: 'dark' };

/** Light, dark, or as the system says; the choice stays. Calls back whenever colours may have changed. */
export function mountTheme(onChange: () => void): void {
  const button = byId<HTMLButtonElement>('theme');
  let theme = recall();
  const apply = () => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    button.textContent = `Theme: ${TITLES[theme]}`;
    onChange();
  };
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    apply();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
  apply();
}

function recall(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'auto';
  } catch {
    return 'auto';
  }
}
