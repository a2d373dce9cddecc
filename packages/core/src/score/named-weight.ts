/** A weight and the name it is known by, in reports, selectors and saved states. */
export interface NamedWeight<Weight> {
  readonly name: string;
  readonly weight: Weight;
}
