// @ts-check

/**
 * One thing that was looked for. `state`: `ok`; `missing`, not there or not usable; `old`, there in a version that will not
 * do; `unknown`, it gave no answer.
 *
 * @typedef {object} Finding
 * @property {string} id stable, for machines: `runtime/onnxruntime-web`
 * @property {string} group a heading
 * @property {string} name for people
 * @property {boolean} required whether nothing works without it
 * @property {'ok' | 'missing' | 'old' | 'unknown'} state
 * @property {string | null} found the version, path or driver; null where nothing was found
 * @property {string | null} lacks what is not there, in words; null where all is well
 * @property {string | null} fix the command or step that would help
 */

/**
 * A finding where all is well.
 *
 * @param {string} id @param {string} name @param {string} found
 * @returns {Omit<Finding, 'group'>}
 */
export function there(id, name, found) {
  return { id, name, required: false, state: 'ok', found, lacks: null, fix: null };
}

/**
 * A finding of something that is not there, or will not do.
 *
 * @param {string} id @param {string} name
 * @param {{ lacks: string, fix: string | null, found?: string | null, state?: Finding['state'] }} what
 * @returns {Omit<Finding, 'group'>}
 */
export function lacking(id, name, { lacks, fix, found = null, state = 'missing' }) {
  return { id, name, required: false, state, found, lacks, fix: fix?.replace(/^run: /, '') ?? null };
}

/** Whether all that is required is there. @param {readonly Finding[]} findings */
export function isWell(findings) {
  return findings.every(({ required, state }) => !required || state === 'ok');
}
