/** Contrast of pairs of the page's colours, after WCAG 2; runs in the page. */
export function measureContrasts(): Record<string, number> {
  const luminance = (name: string) => {
    const probe = document.createElement('span');
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const [red = 0, green = 0, blue = 0] = (getComputedStyle(probe).color.match(/[\d.]+/g) ?? []).map(
      (part) => {
        const value = Number(part) / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      },
    );
    probe.remove();
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (a: string, b: string) => {
    const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  const pairs: Record<string, [string, string]> = {
    'text on card': ['--ink', '--card'],
    'text, muted, on card': ['--muted', '--card'],
    'text, muted, on paper': ['--muted', '--paper'],
    'text on the button': ['--on-accent', '--accent'],
    'text, accent, on card': ['--accent', '--card'],
    'edge of a field': ['--edge', '--card'],
    'kept and dropped': ['--kept', '--dropped'],
    'fresh and dropped': ['--fresh', '--dropped'],
    'second curve': ['--second', '--card'],
    'third curve': ['--third', '--card'],
  };
  return Object.fromEntries(Object.entries(pairs).map(([name, [a, b]]) => [name, contrast(a, b)]));
}
