import { functionKey, lookUp, type Scope, type Scopes } from '../view/scopes.js';

/** Operators whose output is another at each run. */
const RANDOM = new Set([
  'RandomNormal',
  'RandomUniform',
  'RandomNormalLike',
  'RandomUniformLike',
  'Multinomial',
  'Bernoulli',
]);

/** Tells whether a name stands for what is the same at every run: a tensor of the file, or what is made of those. */
export type ConstantFinder = (scope: Scope, name: string) => boolean;

interface Asked {
  readonly scope: Scope;
  readonly name: string;
}

/** Answers are kept; names are followed without calls, however long the way is. */
export function createConstantFinder(scopes: Scopes): ConstantFinder {
  const answers = new Map<Scope, Map<string, boolean>>();
  const opened = new Map<Scope, Set<string>>();
  const answerOf = ({ scope, name }: Asked) => answers.get(scope)?.get(name);
  const settle = ({ scope, name }: Asked, answer: boolean) => {
    const known = answers.get(scope) ?? new Map<string, boolean>();
    answers.set(scope, known.set(name, answer));
  };
  return (scope, name) => {
    const known = answers.get(scope)?.get(name);
    if (known !== undefined) return known;
    // Most names: they need no way that is followed, nor an answer that is kept.
    const kind = lookUp(scope, name)?.binding.kind;
    if (kind === undefined || kind === 'input') return false;
    if (kind === 'tensor') return true;
    const stack: Asked[] = [{ scope, name }];
    for (let at = stack.at(-1); at !== undefined; at = stack.at(-1)) {
      if (answerOf(at) !== undefined) {
        stack.pop();
        continue;
      }
      const needed = neededBy(scopes, at);
      const names = opened.get(at.scope) ?? new Set();
      opened.set(at.scope, names);
      // What was opened before and still has no answer waits for itself, as a function that calls itself does.
      const missing = names.has(at.name)
        ? []
        : (needed?.filter((each) => answerOf(each) === undefined) ?? []);
      names.add(at.name);
      if (missing.length > 0) for (const each of missing) stack.push(each);
      else settle(at, needed?.every((each) => answerOf(each) === true) ?? false);
    }
    return answerOf({ scope, name }) === true;
  };
}

/** The names that have to be constant for this one to be; `undefined` where none would do. */
function neededBy(scopes: Scopes, { scope, name }: Asked): readonly Asked[] | undefined {
  const found = lookUp(scope, name);
  if (found === undefined) return undefined;
  const { binding } = found;
  switch (binding.kind) {
    case 'tensor':
      return [];
    case 'input':
      return undefined;
    case 'argument': {
      const calls = scopes.calls.get(binding.of) ?? [];
      return calls.length === 0
        ? undefined
        : calls.map((call) => ({ scope: call.scope, name: call.node.inputs[binding.index] ?? '' }));
    }
    case 'node': {
      const { op, domain, inputs, graphs } = binding.node;
      const called = scopes.functions.has(functionKey(domain, op));
      if (called || graphs.length > 0 || (domain === '' && RANDOM.has(op))) return undefined;
      if (inputs.length === 0) return domain === '' && op === 'Constant' ? [] : undefined;
      return inputs.filter((input) => input !== '').map((input) => ({ scope: found.scope, name: input }));
    }
  }
}
