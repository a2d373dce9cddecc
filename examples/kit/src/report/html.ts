/** Text made safe for HTML, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

/** A part of a page under a heading. */
export function sectionHtml(heading: string, content: string): string {
  return `<section><h2>${escapeHtml(heading)}</h2>\n${content}</section>`;
}

/** Sentences as a list. */
export function listHtml(items: readonly string[]): string {
  return `<ul class="plain">${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

/** Names and what they stand for. */
export function factsHtml(facts: readonly (readonly [name: string, value: string])[]): string {
  const items = facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`);
  return `<dl class="facts">${items.join('')}</dl>`;
}
