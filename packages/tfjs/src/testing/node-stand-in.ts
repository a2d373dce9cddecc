/*
 * In a browser, for what the harness's neighbours import of Node's modules. They use it to find files, which a
 * browser's tests have served.
 */

/** Stands for that of `node:module`. */
export function createRequire(): unknown {
  return {};
}

/** Stands for that of `node:path`. */
export function dirname(): never {
  throw new Error('a browser has no folders');
}
