/** What a colour variable of the style sheet is now, as `rgb(…)`. */
export function colourOf(name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** The same as three bytes. */
export function bytesOf(name: string): readonly [number, number, number] {
  const [red = 0, green = 0, blue = 0] = (colourOf(name).match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}
