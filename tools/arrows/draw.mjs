// @ts-check
/* `npm run architecture`: draws the pictures of docs/architecture.md anew. */
import { readArguments } from '../arguments.mjs';
import { drawPage } from './picture.mjs';

readArguments(
  'npm run architecture',
  `Usage: npm run architecture

Draws the pictures of docs/architecture.md anew, from the imports that are there.

Takes no options but --help, which prints this.`,
);
await drawPage();
