// @ts-check
/* `npm run architecture`: draws the pictures of docs/architecture.md anew. */
import { drawPage } from './picture.mjs';

await drawPage();
