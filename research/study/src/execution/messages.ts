/** What a process that carries out runs says. It is told specs, one at a time, and answers each. */
export type ChildMessage<Result> =
  | { readonly kind: 'ready'; readonly runtime: string }
  | { readonly kind: 'unready'; readonly message: string }
  | { readonly kind: 'done'; readonly result: Result }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** More of it, for the terminal of this machine alone: it may hold what is in its files. */
      readonly detail?: string;
    };

/** What such a process is told. */
export interface ChildOrder<Spec> {
  readonly spec: Spec;
}
