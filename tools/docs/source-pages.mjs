// @ts-check
/* Sources that pages speak of, each as a page with numbered lines, so that the site is whole without a repository host. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { root } from '../check/workspace.mjs';

const pictures = /\.(?:png|svg|jpg|webp|gif)$/;

/** @param {string} path of a file or folder, from the root @returns {string} its address, from the site's root */
export function sourceAddress(path) {
  return pictures.test(path) ? `files/${path}` : `source/${path}.html`;
}

/**
 * Writes the page of a file, or of a folder and all that is in it.
 *
 * @param {string} path from the root
 * @param {string} site the site's folder
 * @param {Set<string>} done paths whose pages are there already
 */
export function writeSource(path, site, done) {
  if (done.has(path)) return;
  done.add(path);
  const to = join(site, sourceAddress(path));
  mkdirSync(dirname(to), { recursive: true });
  const from = join(root, path);
  if (pictures.test(path)) writeFileSync(to, readFileSync(from));
  else if (statSync(from).isDirectory()) {
    const inside = readdirSync(from, { withFileTypes: true })
      .filter(({ name }) => !/^(?:node_modules|dist|generated|out|\..*)$/.test(name))
      .map((one) => (one.isDirectory() ? `${one.name}/` : one.name))
      .sort();
    for (const name of inside) writeSource(posix.join(path, name).replace(/\/$/, ''), site, done);
    const rows = inside.map((name) => {
      const address = sourceAddress(posix.join(path, name).replace(/\/$/, ''));
      return `<li><a href="${escapeText(relativeAddress(sourceAddress(path), address))}">${escapeText(name)}</a></li>`;
    });
    writeFileSync(to, page(path, `<ul class="source-list">${rows.join('')}</ul>`));
  } else {
    const bytes = readFileSync(from);
    const text = bytes.includes(0) ? `${bytes.length} bytes` : bytes.toString('utf8').replace(/\n$/, '');
    const lines = text
      .split('\n')
      .map((line, i) => `<span id="L${i + 1}" class="source-line">${escapeText(line)}</span>`);
    writeFileSync(to, page(path, `<pre class="source"><code>${lines.join('\n')}</code></pre>`));
  }
}

/** @param {string} from address of a page @param {string} to address of another @returns {string} */
export function relativeAddress(from, to) {
  return posix.relative(posix.dirname(from), to);
}

/** @param {string} path @param {string} body */
function page(path, body) {
  const own = sourceAddress(path);
  const up = (/** @type {string} */ to) => relativeAddress(own, to);
  const parts = path.split('/');
  return `<!DOCTYPE html>
<html class="default" lang="en"><head><meta charset="utf-8"/><title>${escapeText(path)} | Synaprune</title>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<link rel="stylesheet" href="${up('assets/style.css')}"/><link rel="stylesheet" href="${up('assets/custom.css')}"/></head>
<body><script>try{document.documentElement.dataset.theme=localStorage.getItem('tsd-theme')||'os'}catch{}</script>
<header class="tsd-page-toolbar"><div class="tsd-toolbar-contents container"><a href="${up('index.html')}" class="title">Synaprune</a></div></header>
<main class="container source-page"><h1>${escapeText(parts.join('/\u200b'))}</h1>${body}</main></body></html>
`;
}

/** @param {string} text */
function escapeText(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
