/* Jest's tests as ES modules: each program named in PROGRAMS is one. */
test.each(JSON.parse(process.env.PROGRAMS ?? '[]'))('%s', (program) => import(`../node-esm/${program}`));
