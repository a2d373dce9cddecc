// @ts-check
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import ts from 'typescript';

/** @typedef {import('../arrows.mjs').House} House */
/** @typedef {import('./edges.mjs').Member} Member */
/** @typedef {import('./edges.mjs').Import} Import */

/**
 * @typedef {object} Law
 * @property {ReadonlySet<string>} names every package of the workspace
 * @property {ReadonlyMap<string, readonly string[]>} entries what each of them exports beside its main entry: `./node`, `./*`
 * @property {ReadonlySet<string>} adapters those of them that name a runtime
 * @property {readonly string[]} runtimes
 * @property {string} testKit
 */

/**
 * What is wrong with a package's own rules, and with each edge that leaves it.
 *
 * @param {Member} member
 * @param {House} house
 * @param {Law} law
 * @returns {{ own: string[], edges: { target: string, complaints: string[] }[] }}
 */
export function judge(member, house, law) {
  /** @type {Map<string, string[]>} */
  const edges = new Map();
  const own = house.pure ? impurities(member) : [];
  const complain = (/** @type {string} */ target, /** @type {string | undefined} */ complaint) => {
    const complaints = edges.get(target) ?? [];
    if (complaint !== undefined) complaints.push(complaint);
    edges.set(target, complaints);
  };
  for (const field of dependencyFields) {
    for (const target of Object.keys(member.manifest[field] ?? {})) {
      complain(target, judgeManifest(target, field, house, law));
    }
  }
  for (const found of member.imports) {
    const where = `${member.folder}/${found.file}:${found.line}`;
    if (found.specifier === undefined) {
      if (house.application) continue;
      own.push(`${where} imports a computed name, so the edge cannot be checked; write it out`);
    } else if (found.specifier.startsWith('lib:')) {
      if (house.pure && !found.test) own.push(`${where} asks for ${found.specifier}, beyond lib ES2023`);
    } else if (found.specifier.startsWith('.')) {
      const complaint = judgeRelative(found, member.folder);
      if (complaint !== undefined) own.push(`${where} ${complaint}`);
    } else {
      const target = packageOf(found.specifier);
      const complaint = judgeImport(found, target, { member, house, law });
      complain(target, complaint && `${where} ${complaint}`);
    }
  }
  return { own, edges: [...edges].map(([target, complaints]) => ({ target, complaints })) };
}

const dependencyFields = /** @type {const} */ ([
  'dependencies',
  'optionalDependencies',
  'peerDependencies',
  'devDependencies',
]);

/**
 * @param {string} target
 * @param {(typeof dependencyFields)[number]} field
 * @param {House} house
 * @param {Law} law
 * @returns {string | undefined}
 */
function judgeManifest(target, field, house, { names, adapters, runtimes, testKit }) {
  const at = `package.json ${field} names ${target}`;
  const dev = field === 'devDependencies';
  if (house.pure && (!dev || names.has(target))) return `${at}, but this package depends on nothing`;
  if (target === testKit && !dev) return `${at}; it is for tests: a devDependency`;
  // Tests may compare with any package but an adapter, which would bring its runtime along.
  if (names.has(target) && !mayUse(house, target) && (!dev || adapters.has(target))) {
    return `${at}; allowed are ${house.mayUse.join(', ') || 'none'}`;
  }
  if (house.application || !matches(runtimes, target)) return undefined;
  if (dev && matches(house.testRuntimes ?? [], target)) return undefined;
  if (!matches(house.runtimes ?? [], target)) return `${at}, a runtime that is not this package's to name`;
  if (!dev && field !== 'peerDependencies') return `${at}; a runtime is the user's own: a peerDependency`;
  return undefined;
}

/**
 * @param {Import} found
 * @param {string} target
 * @param {{ member: Member, house: House, law: Law }} context
 * @returns {string | undefined}
 */
function judgeImport({ specifier = '', test, file }, target, { member, house, law }) {
  const imports = `imports ${specifier}`;
  if (isBuiltin(specifier) || target === 'node') {
    const mayUseNode = typeof house.node === 'string' ? file.startsWith(house.node) : house.node;
    return test || mayUseNode ? undefined : `${imports}, which only Node has`;
  }
  if (law.names.has(target) && specifier !== target) {
    const subpath = `.${specifier.slice(target.length)}`;
    if (!matches(law.entries.get(target) ?? [], subpath)) return `${imports}: not a package's entry point`;
  }
  if (member.folder === 'integrations') return undefined;
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = member.manifest;
  const declared = { ...dependencies, ...optionalDependencies, ...peerDependencies };
  if (test) {
    // What every test may use is declared once, at the root.
    if (!law.names.has(target) && !matches(law.runtimes, target)) return undefined;
    if (target === member.manifest.name || target in { ...declared, ...devDependencies }) return undefined;
    return `${imports}, which package.json does not declare`;
  }
  if (house.pure) return `${imports}, but this package imports nothing outside itself`;
  if (target === law.testKit) return `${imports}, which is for test files only`;
  if (law.names.has(target) && !mayUse(house, target)) {
    return `${imports}; allowed are ${house.mayUse.join(', ') || 'none'}`;
  }
  if (!house.application && matches(law.runtimes, target) && !matches(house.runtimes ?? [], target)) {
    return `${imports}, a runtime that is not this package's to name`;
  }
  return target in declared ? undefined : `${imports}, which package.json does not declare`;
}

/** @param {Import} found @param {string} folder @returns {string | undefined} */
function judgeRelative({ specifier = '', file, test }, folder) {
  const target = posix.join(posix.dirname(file), specifier);
  // Vitest's configuration is shared by all packages, and no package of its own.
  if (file === 'vitest.config.ts' && posix.join(folder, target) === 'tools/unit-tests.mjs') return undefined;
  if (target.startsWith('..')) return `imports ${specifier}, which lies outside its package`;
  const notBuilt = /(?:\.test|\.test-d)\.[cm]?[jt]sx?$|(?:^|\/)(?:testing|fixtures)\//.test(target);
  return notBuilt && !test ? `imports ${specifier}, which is not built or published` : undefined;
}

/** @param {Member} member @returns {string[]} */
function impurities({ path }) {
  const config = `${path}/tsconfig.build.json`;
  const { config: raw, error } = ts.readConfigFile(config, ts.sys.readFile);
  if (error)
    return [`tsconfig.build.json cannot be read: ${ts.flattenDiagnosticMessageText(error.messageText, ' ')}`];
  const { options } = ts.parseJsonConfigFileContent(raw, ts.sys, path);
  const lib = JSON.stringify(options.lib ?? 'the default');
  return [
    ...(lib === '["lib.es2023.d.ts"]' ? [] : [`tsconfig.build.json needs lib ["ES2023"], got ${lib}`]),
    ...(JSON.stringify(options.types) === '[]'
      ? []
      : [`tsconfig.build.json needs types [], got ${JSON.stringify(options.types)}`]),
  ];
}

/** `@a/b/c` is in `@a/b`, `a/b` in `a`. @param {string} specifier */
function packageOf(specifier) {
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** @param {House} house @param {string} target */
function mayUse(house, target) {
  return house.mayUse.includes('*') || house.mayUse.includes(target);
}

/** @param {readonly string[]} patterns @param {string} name */
function matches(patterns, name) {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
  );
}
