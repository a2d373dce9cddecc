/** One object's method with others in its place, in the order they came. */
interface Patch {
  readonly hooks: ((inner: Method) => Method)[];
  /** What stands in the method's place: the last hook, around those before it, around the method. */
  readonly patched: Method;
  rebuild(): void;
}

type Method = (...args: never[]) => unknown;

const patches = new WeakMap<object, Map<PropertyKey, Patch>>();

/**
 * Puts another function in the place of one object's method, and gives a function that takes it back. The
 * class and all other instances stay as they are. Several may do so, and take it back in any order; the
 * object has its own method again when the last one has.
 *
 * Written for tfjs-core and tfjs-layers 4.22.0, which have no hook around a step or a save: constraints are never
 * applied in training, and callbacks run after validation. It counts on a model's fits stepping by
 * `optimizer.applyGradients`, found on the object at each step.
 *
 * @param make gets the method as it was, bound to the object, or what another caller has put around it; it
 *   is asked again whenever that changes
 * @throws TypeError when there is no such method
 */
export function patchMethod<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  make: (inner: Target[Name]) => Target[Name],
): () => void {
  const ours = patches.get(target)?.get(name);
  // Somebody else's patch around ours may never call it, so then another one goes around theirs.
  const patch = ours !== undefined && ours.patched === target[name] ? ours : place(target, name);
  // Wrapped, so that one function given twice is two hooks.
  const hook = (inner: Method): Method => make(inner as Target[Name]) as Method;
  patch.hooks.push(hook);
  patch.rebuild();
  return () => {
    const at = patch.hooks.indexOf(hook);
    if (at < 0) return;
    patch.hooks.splice(at, 1);
    patch.rebuild();
  };
}

/** A patch without hooks, in the method's place until its last hook goes. */
function place<Target extends object, Name extends keyof Target>(target: Target, name: Name): Patch {
  const own = Object.getOwnPropertyDescriptor(target, name);
  const method = target[name];
  if (typeof method !== 'function') throw new TypeError(`${String(name)} is no method`);
  const inner: Method = method.bind(target);
  let current = inner;
  const byName = patches.get(target) ?? new Map<PropertyKey, Patch>();
  const patch: Patch = {
    hooks: [],
    patched: (...args) => current(...args),
    rebuild() {
      current = patch.hooks.reduce((around, hook) => hook(around), inner);
      if (patch.hooks.length > 0) return;
      if (byName.get(name) === patch) byName.delete(name);
      // Somebody who patched it after us keeps their patch, which goes on calling the method through ours.
      if (target[name] !== patch.patched) return;
      if (own === undefined) delete target[name];
      else Object.defineProperty(target, name, own);
    },
  };
  Object.defineProperty(target, name, {
    value: patch.patched,
    configurable: true,
    writable: true,
    enumerable: false,
  });
  patches.set(target, byName.set(name, patch));
  return patch;
}
