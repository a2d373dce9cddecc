/** What cannot be written out, and what would do. */
export interface Refusal {
  readonly what: string;
  readonly instead?: string;
}
