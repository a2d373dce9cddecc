import { STYLE } from '@synaprune/examples-kit/report/style';

/** The report's style sheet: the kit's, and what tables of many arms need. */
export const PAGE_STYLE = `${STYLE}
:root { --linear: #a0526d; } @media (prefers-color-scheme: dark) { :root { --linear: #e0a3b8; } }
.answer { margin: 1.4rem 0 0; padding: 1.1rem 1.3rem; background: var(--card); border-left: 4px solid var(--focus); }
.answer p { max-width: none; margin: 0; font-size: 1.16rem; line-height: 1.5; }
.answer p + p { margin-top: .6rem; }
.answer .small { font-size: .92rem; color: var(--muted); }
h4 { margin: 1.6rem 0 .2rem; font-size: .98rem; font-weight: 600; }
h4 small { color: var(--muted); font-weight: 400; margin-left: .4rem; }
nav ul { display: flex; flex-wrap: wrap; gap: .1rem 1.3rem; margin: 1.6rem 0 0; padding: 0; list-style: none; font-size: .88rem; }
table.results, .dense table { font-size: .8rem; }
table.results th, table.results td, .dense th, .dense td { padding: .38rem 0 .38rem .55rem; }
table.results th:first-child, .dense th:first-child { padding-left: 0; }
.dense th { white-space: normal; }
.prose th, .prose td { white-space: normal; } .prose tbody th { white-space: nowrap; } .prose td { min-width: 9rem; }
table.results thead th { white-space: normal; hyphens: none; line-height: 1.25; }
table.results thead th + th { text-align: right; }
tr.group th { padding-top: .9rem; color: var(--muted); font-size: .78rem; }
.best { font-weight: 700; } .best small { font-weight: 400; }
.ahead { text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: 3px; font-weight: 700; }
td.low { font-weight: 700; }
details { margin: 1rem 0; } summary { cursor: pointer; font-size: .92rem; }
code { font-size: .86em; overflow-wrap: anywhere; }
pre { margin: .8rem 0; padding: .8rem 1rem; background: var(--card); white-space: pre-wrap; overflow-wrap: anywhere; font-size: .84rem; line-height: 1.5; }
@media (max-width: 40rem) {
  .answer { padding: .9rem 1rem; } .answer p { font-size: 1.05rem; }
  .scroll thead th:first-child, .scroll tbody tr:not(.group) th:first-child { position: sticky; left: 0; background: var(--page); padding-right: .6rem; }
  tr.group th { position: static; } .dense th:first-child { min-width: 7.5rem; } .prose td { min-width: 8rem; }
}
@media print {
  body { font-size: 10.5pt; } nav { display: none; } main, header, footer { width: 100%; }
  table, table.results { font-size: 7.5pt; } table.results th, table.results td { padding: .2rem 0 .2rem .3rem; white-space: normal; }
  th, td { white-space: normal; } thead th, tr.group th, td small, th small { font-size: 7pt; } td small { white-space: nowrap; } .answer, .notice, pre { border: 1px solid var(--line); }
  figure, tr, h2, h3, h4 { break-inside: avoid; } h2, h3, h4 { break-after: avoid; } table { break-inside: auto; }
}
@page { margin: 14mm; }`;
