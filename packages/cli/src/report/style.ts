/** The page's style sheet, for light and dark, wide and narrow. Colours are near Okabe and Ito's, which colour-blind readers tell apart. */
export const STYLE: string = `
:root {
  color-scheme: light dark;
  --page: #fbfaf8; --ink: #1c1e21; --muted: #63666c; --line: #dfdcd5; --shade: rgba(0, 114, 178, .09); --edge: rgba(28, 30, 33, .3);
  --card: #f3f1ec; --focus: #0067a5; --warn: #d17700; --before: #b9b5ac; --after: #0067a5; --gone: #dcc3a8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15171a; --ink: #e8e6e1; --muted: #9fa2a8; --line: #33363b; --shade: rgba(86, 180, 233, .12); --edge: rgba(232, 230, 225, .3);
    --card: #1d2024; --focus: #56b4e9; --warn: #e69f00; --before: #5a5e65; --after: #56b4e9; --gone: #5c4a2f;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 17px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
}
main, header, footer { width: min(100% - 2.5rem, 51.25rem); margin-inline: auto; }
header { padding-top: clamp(2rem, 6vw, 4.5rem); }
.eyebrow { margin: 0 0 .6rem; color: var(--muted); font-size: .85rem; letter-spacing: .04em; }
h1 { margin: 0; font-size: clamp(1.75rem, 5vw, 2.6rem); line-height: 1.15; letter-spacing: -.02em; text-wrap: balance; overflow-wrap: anywhere; }
h2 { margin: 3.4rem 0 .6rem; font-size: 1.35rem; line-height: 1.25; letter-spacing: -.01em; }
p { max-width: 42rem; margin: .7rem 0; text-wrap: pretty; }
.lead { margin-top: 1rem; font-size: 1.1rem; color: var(--muted); }
a { color: inherit; }
.scroll {
  overflow-x: auto; margin: 1rem 0;
  /* A shadow at an edge behind which there is more: covers that scroll along lie over it at both ends. */
  background:
    linear-gradient(90deg, var(--page) 40%, transparent) left / 3rem 100% local,
    linear-gradient(90deg, transparent, var(--page) 60%) right / 3rem 100% local,
    linear-gradient(90deg, var(--edge), transparent) left / .8rem 100% scroll,
    linear-gradient(90deg, transparent, var(--edge)) right / .8rem 100% scroll;
  background-repeat: no-repeat;
}
.scroll:focus-visible { outline: 2px solid var(--focus); outline-offset: 3px; }
table { width: 100%; border-collapse: collapse; font-size: .88rem; font-variant-numeric: tabular-nums; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
th, td { padding: .5rem 0 .5rem 1.2rem; text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line); white-space: nowrap; font-weight: 400; }
th:first-child { padding-left: 0; }
thead th { color: var(--muted); font-size: .82rem; vertical-align: bottom; }
.number { text-align: right; }
figure { margin: 1.2rem 0; }
.wide svg, .narrow svg { display: block; width: 100%; height: auto; }
.reason td:last-child { white-space: normal; min-width: 18rem; overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: 0 0 .5rem; padding: 0; list-style: none; font-size: .85rem; }
.legend li { display: flex; align-items: center; gap: .5rem; }
.legend svg { width: 12px; height: 12px; flex: none; }
figcaption { margin-top: .4rem; color: var(--muted); font-size: .85rem; line-height: 1.5; max-width: 42rem; }
.narrow { display: none; }
.notice { margin: .7rem 0; padding: .2rem 1rem; background: var(--card); border-left: 3px solid var(--warn); overflow-wrap: anywhere; }
.notice p { max-width: none; margin: .5rem 0; } .notice details { margin: .5rem 0; color: var(--muted); font-size: .9rem; }
summary { cursor: pointer; } summary:focus-visible { outline: 2px solid var(--focus); outline-offset: 3px; }
.advice { max-width: 42rem; padding-left: 1.2rem; } .advice li { margin: .6rem 0; }
code { font: .85rem/1.5 ui-monospace, "SF Mono", Consolas, "Liberation Mono", monospace; color: var(--muted); overflow-wrap: anywhere; }
footer { padding: 3rem 0 4rem; color: var(--muted); font-size: .85rem; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  body { font-size: 16px; }
  .wide { display: none; } .narrow { display: block; }
  th, td { white-space: normal; padding-left: .7rem; } tbody th { overflow-wrap: anywhere; min-width: 4.5rem; }
  .reason td:last-child { min-width: 10rem; }
  .reason tbody :first-child { overflow-wrap: anywhere; min-width: 7rem; }
}
@media print { body { background: none; } .scroll { overflow: visible; } figure, table { break-inside: avoid; } }
`.trim();
