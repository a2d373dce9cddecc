// @ts-check
/* No circles between the rooms of a package: in what is built, folders use each other one way. */
import files from './.dependency-cruiser.mjs';

export default {
  forbidden: [
    {
      name: 'no circle between rooms',
      scope: 'folder',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    ...files.options,
    exclude: { path: `${files.options.exclude.path}|\\.(test|test-d)\\.[cm]?ts$|/(testing|fixtures)/` },
  },
};
