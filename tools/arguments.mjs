// @ts-check
/* How the programs of the root's package.json are called: one way to ask for help, and one to be refused. */
import { parseArgs } from 'node:util';

/**
 * Reads a command line. On `--help` it prints the help and ends with 0; what is wrong is told in one line, and ends with 2.
 *
 * @template {Readonly<Record<string, { readonly type: 'string' | 'boolean' }>>} [Options={}]
 * @param {string} command as it is typed: `npm run docs`
 * @param {string} help
 * @param {{ options?: Options, takes?: boolean, args?: readonly string[] }} [more] `takes`: whether it takes more than options
 * @returns {{ values: { [Name in keyof Options]?: Options[Name]['type'] extends 'boolean' ? boolean : string }, positionals: string[] }}
 */
export function readArguments(
  command,
  help,
  { options = /** @type {Options} */ ({}), takes = false, args = process.argv.slice(2) } = {},
) {
  // npm keeps for itself what comes before `--`.
  const kept = Object.keys(options).find(
    (flag) => process.env[`npm_config_${flag.replaceAll('-', '_')}`] !== undefined,
  );
  if (kept !== undefined && args.length === 0) {
    refuse(command, `flags go after --, as in: ${command} -- --${kept}`);
  }
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: takes,
      options: { ...options, help: { type: 'boolean', short: 'h' } },
    });
    if (!('help' in values)) return /** @type {any} */ ({ values, positionals });
  } catch (error) {
    refuse(command, /** @type {Error} */ (error).message);
  }
  console.log(help.trimEnd());
  return process.exit(0);
}

/**
 * Says what is wrong with a command line and ends the process.
 *
 * @param {string} command @param {string} message
 * @returns {never}
 */
export function refuse(command, message) {
  console.error(`error: ${message}\n${command} -- --help says what it takes`);
  return process.exit(2);
}
