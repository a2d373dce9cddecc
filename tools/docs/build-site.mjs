// @ts-check
/* TypeDoc's pages of all public names, with the guides beside them and the packages' READMEs on top of their lists. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import {
  Application,
  Comment,
  CommentTag,
  Converter,
  LogLevel,
  MinimalSourceFile,
  RendererEvent,
} from 'typedoc';
import { root } from '../check/workspace.mjs';
import { toSiteLinks } from './addresses.mjs';
import { groupNames, pageOfDocument, readDocuments } from './documents.mjs';
import { repositoryFiles } from './home.mjs';
import { programOptions, publicNames, readEntries } from './public-names.mjs';
import { createRouter } from './router.mjs';
import { settlePages } from './settle.mjs';

/**
 * @typedef {object} Site
 * @property {string} folder
 * @property {Map<string, Map<string, string | undefined>>} pages by entry, of each public name that TypeScript finds
 * @property {string[]} complaints what TypeDoc warned of
 */

/**
 * Builds the site.
 *
 * @param {string} folder emptied first
 * @returns {Promise<Site>}
 */
export async function buildSite(folder) {
  const entries = readEntries();
  const documents = readDocuments();
  const home = repositoryFiles();
  mkdirSync(join(root, '.results'), { recursive: true });
  // Inside the repository, so that types of other packages resolve.
  const stage = mkdtempSync(join(root, '.results', 'docs-'));
  try {
    for (const { path, title, group } of documents) {
      const text = toSiteLinks(read(path), path, home);
      write(join(stage, path), `---\ntitle: ${JSON.stringify(title)}\ngroup: ${group}\n---\n\n${text}`);
    }
    write(
      join(stage, 'README.md'),
      toSiteLinks(read('README.md'), 'README.md', home).replace(/^# .+\n+/, ''),
    );
    const tsconfig = join(stage, 'tsconfig.json');
    const files = entries.map(({ source }) => source);
    write(tsconfig, JSON.stringify({ compilerOptions: programOptions(entries), files }));

    const app = await Application.bootstrap(settingsOf(stage, tsconfig, entries, documents));
    /** @type {string[]} */
    const complaints = [];
    app.renderer.defineRouter('house', createRouter(documents, entries));
    app.logger.log = (message, level) => {
      if (level >= LogLevel.Warn) complaints.push(message);
    };
    resolveAcrossPackages(app);
    dressModules(app, entries, stage, home);
    nameParameters(app);
    linkSources(app);
    const project = await app.convert();
    if (project === undefined) throw new Error(`TypeDoc found nothing to document\n${complaints.join('\n')}`);
    const program = app.getEntryPoints()?.[0]?.program;
    if (program === undefined) throw new Error('TypeDoc made no program');
    app.validate(project);

    const addresses = pageAddresses(documents, entries);
    /** @type {Map<import('typedoc').RouterTarget, string>} */
    const urls = new Map();
    app.renderer.on(RendererEvent.END, (event) => {
      for (const { model, url } of event.pages) urls.set(model, url);
    });
    await app.generateDocs(project, folder);
    if (!existsSync(join(folder, 'index.html')))
      throw new Error(`TypeDoc wrote no pages\n${complaints.join('\n')}`);
    const names = publicNames(entries, program);
    const pages = new Map(
      [...names].map(([entry, list]) => {
        const module = project.children?.find(({ name }) => name === entry);
        return [entry, new Map(list.map((name) => [name, pageOf(module?.getChildByName([name]), urls)]))];
      }),
    );
    for (const [entry, own] of pages) {
      for (const [name, page] of own) if (page !== undefined) addresses.set(`${entry}!${name}`, page);
    }
    settlePages(folder, addresses);
    return { folder, pages, complaints: complaints.map(stripVTControlCharacters) };
  } finally {
    rmSync(stage, { recursive: true });
  }
}

/**
 * @param {string} stage
 * @param {string} tsconfig
 * @param {ReturnType<typeof readEntries>} entries
 * @param {ReturnType<typeof readDocuments>} documents
 * @returns {Parameters<typeof Application.bootstrap>[0]}
 */
function settingsOf(stage, tsconfig, entries, documents) {
  return {
    name: 'Synaprune',
    entryPoints: entries.map(({ source }) => source),
    tsconfig,
    readme: join(stage, 'README.md'),
    projectDocuments: documents.map(({ path }) => join(stage, path)),
    // `npm test` checks types by the packages' own settings.
    skipErrorChecking: true,
    // What a package passes on from one that it depends on is public too; the language's own types are not.
    externalPattern: ['**/node_modules/typescript/**', '**/node_modules/@types/**'],
    excludeExternals: true,
    excludePrivate: true,
    excludeInternal: false,
    disableGit: true,
    gitRevision: 'main',
    basePath: root,
    sourceLinkTemplate: 'site:{path}#L{line}',
    router: 'house',
    githubPages: false,
    hideGenerator: true,
    favicon: join(root, 'tools', 'docs', 'icon.svg'),
    customCss: join(root, 'tools', 'docs', 'look.css'),
    customJs: join(root, 'tools', 'docs', 'tables.mjs'),
    navigation: {
      includeGroups: true,
      excludeReferences: true,
      includeCategories: false,
      includeFolders: false,
    },
    groupOrder: [...groupNames, 'Functions', 'Variables', 'Interfaces', 'Type Aliases', 'Classes', '*'],
    sort: ['documents-first', 'alphabetical'],
    sortEntryPoints: false,
    visibilityFilters: {},
    searchInDocuments: true,
    highlightLanguages: ['typescript', 'javascript', 'json', 'shellscript', 'html', 'diff', 'python', 'text'],
    // A host draws it from the text.
    ignoredHighlightLanguages: ['mermaid'],
    validation: { notExported: false, invalidLink: true, invalidPath: true, rewrittenLink: true },
    logLevel: LogLevel.Warn,
  };
}

/**
 * Modules are named as they are imported, and a package's README stands on top of its first.
 *
 * @param {Application} app
 * @param {ReturnType<typeof readEntries>} entries
 * @param {string} stage
 * @param {ReturnType<typeof repositoryFiles>} home
 */
function dressModules(app, entries, stage, home) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    for (const module of context.project.children ?? []) {
      const entry = entries.find(({ source }) =>
        module.sources?.some(({ fullFileName }) => fullFileName === source),
      );
      if (entry === undefined) continue;
      module.name = entry.name;
      module.comment = new Comment([], [new CommentTag('@group', [{ kind: 'text', text: 'Packages' }])]);
      if (!entry.first) continue;
      const path = `${entry.folder}/README.md`;
      const text = toSiteLinks(read(path), path, home).replace(/^# .+\n+/, '');
      const file = new MinimalSourceFile(text, /** @type {any} */ (join(stage, path)));
      module.readme = app.converter.parseRawComment(file, context.project.files).content;
    }
  });
}

/** What a function takes apart at once has no name in the source, unless its comment gives one. @param {Application} app */
function nameParameters(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, (context) => {
    for (const one of Object.values(context.project.reflections)) {
      if (one.name === '__namedParameters') one.name = 'given';
    }
  });
}

/** Sources are pages of the site, those of packages. @param {Application} app */
function linkSources(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, (context) => {
    for (const one of Object.values(context.project.reflections)) {
      for (const source of ('sources' in one &&
        /** @type {import('typedoc').SourceReference[]} */ (one.sources)) ||
        []) {
        const path = relative(root, source.fullFileName).replaceAll('\\', '/');
        if (path.startsWith('packages/')) source.url = `site:${path}#L${source.line}`;
        else delete source.url;
      }
    }
  });
}

/**
 * Where a document or a package of the repository stands in the site.
 *
 * @param {ReturnType<typeof readDocuments>} documents
 * @param {ReturnType<typeof readEntries>} entries
 */
function pageAddresses(documents, entries) {
  /** @type {Map<string, string>} */
  const addresses = new Map([
    ['README.md', 'index.html'],
    ['.', 'index.html'],
  ]);
  for (const { path } of documents) {
    const page = `${pageOfDocument(path)}.html`;
    addresses.set(path, page);
    if (path.endsWith('/README.md')) addresses.set(dirname(path), page);
  }
  for (const { name, folder: at } of entries.filter(({ first }) => first)) {
    const page = `api/${name.replace('@synaprune/', '')}/index.html`;
    addresses.set(at, page);
    addresses.set(`${at}/README.md`, page);
  }
  return addresses;
}

/**
 * Doc comments name what other packages export without importing it: the name alone says which it is.
 *
 * @param {Application} app
 */
function resolveAcrossPackages(app) {
  app.converter.addUnknownSymbolResolver((reference, from) => {
    const path = reference.symbolReference?.path?.map(({ path: name }) => name) ?? [];
    const [name = '', member] = path;
    const module = from.project.children?.find((one) => one.getChildByName(path)?.isReference() === false);
    return module && `site:${module.name}!${name}${member === undefined ? '' : `#${member.toLowerCase()}`}`;
  });
}

/**
 * @param {import('typedoc').Reflection | undefined} named
 * @param {ReadonlyMap<import('typedoc').RouterTarget, string>} urls
 */
function pageOf(named, urls) {
  const target = named?.isReference() ? named.getTargetReflectionDeep() : named;
  return target && urls.get(target);
}

/** @param {string} path from the root */
function read(path) {
  return readFileSync(join(root, path), 'utf8');
}

/** @param {string} path @param {string} text */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
