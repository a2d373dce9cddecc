import { STYLE } from '@synaprune/examples-kit/report/style';

/** The report's style sheet: the kit's, the colours of the arms, and what the lines and their readings need. */
export const PAGE_STYLE = `${STYLE}
:root { --dense: #55585e; --chance: #a2457c; --one-shot: #c26a00; --trained: #0067a5; }
@media (prefers-color-scheme: dark) {
  :root { --dense: #b3b5ba; --chance: #cc79a7; --one-shot: #e69f00; --trained: #56b4e9; }
}
tr.dense { color: var(--muted); } tr.trained th, tr.trained td:nth-child(2) { font-weight: 600; }
.readings th, .readings td { vertical-align: middle; }
.readings td { font-family: ui-monospace, "Liberation Mono", monospace; white-space: pre; }
.readings th { padding-block: .35rem; } .readings th::before { display: none; }
.readings img { display: block; height: 36px; border-radius: 3px; }
.readings .same { color: var(--muted); }
tbody th::before { content: ""; display: inline-block; width: .6rem; height: .6rem; margin-right: .55rem; border-radius: 2px; }
tr.dense th::before { background: var(--dense); } tr.one-shot th::before { background: var(--one-shot); }
tr.trained th::before { background: var(--trained); }
`.trim();
