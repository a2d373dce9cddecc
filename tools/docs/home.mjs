// @ts-check
/* Where the files of the repository are read, by the one address that says where it lives. */
import { readHome } from '../release/home.mjs';

/** What addresses of the repository's files begin with. @param {string} [homepage] @returns {string} */
export function repositoryFiles(homepage = readHome().homepage) {
  return `${homepage}/blob/main/`;
}
