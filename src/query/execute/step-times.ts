/** How long the steps on the main thread took, in milliseconds. */
export interface StepTimes {
  readonly parse: number;
  readonly analyse: number;
  readonly plan: number;
  readonly snapshot: number;
}
