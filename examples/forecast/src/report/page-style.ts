import { STYLE } from '@synaprune/examples-kit/report/style';

/** The report's style sheet: the kit's, the colours of the arms, and what key figures and masks need. */
export const PAGE_STYLE = `${STYLE}
:root { --none: #55585e; --dropout: #d17700; --mc-dropout: #a8407d; --pruning: #0067a5; --narrow: #00775a; }
@media (prefers-color-scheme: dark) {
  :root { --none: #b3b5ba; --dropout: #e69f00; --mc-dropout: #dd8fbd; --pruning: #56b4e9; --narrow: #3fbf98; }
}
.lead { color: var(--ink); font-size: 1.2rem; line-height: 1.5; max-width: 46rem; }
.lead + .lead { color: var(--muted); font-size: 1rem; }
.mask svg { display: block; width: 100%; height: auto; }
dl.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1px; margin: 2.2rem 0 0; background: var(--line); border-block: 1px solid var(--line); }
dl.figures > div { display: flex; flex-direction: column-reverse; justify-content: flex-end; background: var(--page); padding: 1rem .9rem 1rem 0; }
dl.figures > div + div { padding-left: .9rem; }
dl.figures dd { margin: 0; font-size: 1.6rem; line-height: 1.2; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
dl.figures dt { margin-top: .25rem; color: var(--muted); font-size: .85rem; line-height: 1.4; }
tr.baseline { color: var(--muted); }
tr.marked th { font-weight: 600; }
tbody th::before { content: ""; display: inline-block; width: .6rem; height: .6rem; margin-right: .55rem; border-radius: 2px; background: transparent; }
tr.arm-none th::before { background: var(--none); } tr.arm-dropout th::before { background: var(--dropout); }
tr.arm-mc-dropout th::before { background: var(--mc-dropout); } tr.arm-narrow th::before { background: var(--narrow); } tr.arm-synaptic-pruning th::before { background: var(--pruning); }
.plain-heads tbody th::before { display: none; }
.plain-heads td:not(.number) { white-space: normal; }
.mask .grid { display: grid; grid-template-columns: minmax(0, 1fr); }
.mask.labelled .grid { grid-template-columns: auto minmax(0, 1fr); column-gap: .8rem; align-items: end; }
.mask .rows { display: flex; flex-direction: column; font-size: .74rem; line-height: 17px; color: var(--muted); white-space: nowrap; }
.mask .rows span { display: flex; justify-content: space-between; gap: .8rem; height: 17px; }
.mask .rows i { font-style: normal; overflow: hidden; text-overflow: ellipsis; max-width: 15rem; }
.mask b { font-weight: 600; color: var(--ink); font-variant-numeric: tabular-nums; }
.gates { display: grid; grid-template-columns: repeat(4, 1fr); font-size: .74rem; line-height: 1.3; color: var(--muted); margin-bottom: .35rem; }
.gates b { display: block; }
.kept { fill: var(--pruning); } .dropped { fill: var(--line); opacity: .55; }
.divider { stroke: var(--page); stroke-width: 3; vector-effect: non-scaling-stroke; }
.narrow-note { display: none; color: var(--muted); font-size: .85rem; }
@media (max-width: 40rem) {
  .narrow-note { display: block; }
  dl.figures { grid-template-columns: 1fr 1fr; }
  dl.figures > div:nth-child(odd) { padding-left: 0; }
  .mask .rows i { max-width: 6.2rem; }
  .plain-heads :is(th, td), .runs :is(th, td) { padding-left: .5rem; font-size: .78rem; white-space: normal; }
  .plain-heads th:first-child, .runs th:first-child { padding-left: 0; }
  .runs tbody th::before { margin-right: .3rem; }
  .result :is(th, td):nth-child(5), .result :is(th, td):nth-child(n + 7) { display: none; }
}
`.trim();
