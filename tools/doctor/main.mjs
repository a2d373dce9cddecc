// @ts-check
/* What this machine and this checkout have, and the command that brings what they lack: `npm run doctor`. */
import { readArguments } from '../arguments.mjs';
import { examine } from './examine.mjs';
import { examinationText } from './table.mjs';

const help = `Usage: npm run doctor [-- --json]

Looks for what this repository, its runtimes and its devices need: versions found, what each lacks, and the command
that helps. Works before anything is installed or built, changes nothing, and uses no network.

  --json   prints the same for machines; \`npm run --silent doctor -- --json\` prints nothing else
  --help   prints this

Ends with 0 where all that is required is there, with 1 where something required is missing, with 2 when it was called
wrongly.`;

const { values } = readArguments('npm run doctor', help, { options: { json: { type: 'boolean' } } });

try {
  const examination = await examine();
  const { isTTY, columns = 100 } = process.stdout;
  const colours = isTTY === true && !process.env.NO_COLOR;
  console.log(
    values.json === true
      ? JSON.stringify(examination, null, 2)
      : examinationText(examination, { colours, columns: Math.min(columns, 110) }),
  );
  process.exitCode = examination.ok ? 0 : 1;
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
}
