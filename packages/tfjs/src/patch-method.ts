/**
 * Puts another function in the place of one object's method, and gives a function that takes it back. The
 * class and all other instances stay as they are.
 *
 * @param make gets the method as it was, bound to the object
 */
export function patchMethod<Target extends object, Name extends keyof Target>(
  target: Target,
  name: Name,
  make: (inner: Target[Name]) => Target[Name],
): () => void {
  const own = Object.getOwnPropertyDescriptor(target, name);
  const method = target[name];
  if (typeof method !== 'function') throw new TypeError(`${String(name)} is no method`);
  const patched = make(method.bind(target));
  Object.defineProperty(target, name, {
    value: patched,
    configurable: true,
    writable: true,
    enumerable: false,
  });
  return () => {
    // Somebody who patched it after us keeps their patch, which goes on calling ours.
    if (target[name] !== patched) return;
    if (own === undefined) delete target[name];
    else Object.defineProperty(target, name, own);
  };
}
