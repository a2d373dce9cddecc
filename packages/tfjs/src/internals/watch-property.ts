/** What is called when an object's property is set; the property itself as the class has it. */
const watched = new WeakMap<object, Map<PropertyKey, Set<() => void>>>();

/**
 * Calls a function whenever a property of one object is set, after it was. The property goes on as its class has it,
 * by `get` and `set`; other instances stay as they are. Several may watch, and leave in any order.
 *
 * Written for tfjs-layers 4.22.0, which tells nobody that `model.optimizer` was set.
 *
 * @returns ends it; harmless when repeated
 * @throws TypeError when the class has no such property by `get` and `set`
 */
export function watchProperty<Target extends object>(
  target: Target,
  name: keyof Target & string,
  changed: () => void,
): () => void {
  const byName = watched.get(target) ?? new Map<PropertyKey, Set<() => void>>();
  watched.set(target, byName);
  const hooks = byName.get(name) ?? place(target, name);
  byName.set(name, hooks);
  // Wrapped, so that one function given twice is two hooks.
  const hook = () => changed();
  hooks.add(hook);
  return () => {
    if (!hooks.delete(hook) || hooks.size > 0) return;
    byName.delete(name);
    delete target[name];
  };
}

function place(target: object, name: string): Set<() => void> {
  const accessor = accessorOf(Object.getPrototypeOf(target) as object | null, name);
  if (accessor?.get === undefined || accessor.set === undefined) {
    throw new TypeError(`${name} is no property by get and set`);
  }
  const { get, set } = accessor;
  const hooks = new Set<() => void>();
  Object.defineProperty(target, name, {
    get: () => get.call(target) as unknown,
    set(value: unknown) {
      set.call(target, value);
      for (const hook of [...hooks]) hook();
    },
    configurable: true,
    enumerable: false,
  });
  return hooks;
}

function accessorOf(prototype: object | null, name: string): PropertyDescriptor | undefined {
  if (prototype === null) return undefined;
  return (
    Object.getOwnPropertyDescriptor(prototype, name) ??
    accessorOf(Object.getPrototypeOf(prototype) as object | null, name)
  );
}
