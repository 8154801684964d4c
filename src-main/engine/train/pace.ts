/** How long a step and a validation take, the latest counting most. */
export class Pace {
  readonly #clock: () => number;
  #since: number;
  #validationMs = 0;
  stepMs = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
    this.#since = clock();
  }
  stepped(): void {
    const ms = this.#lap();
    this.stepMs = this.stepMs ? 0.9 * this.stepMs + 0.1 * ms : ms;
  }
  validated(): void {
    this.#validationMs = this.#lap();
  }
  secondsLeft = (steps: number, validations: number): number =>
    (steps * this.stepMs + validations * this.#validationMs) / 1000;

  #lap(): number {
    const now = this.#clock();
    const ms = now - this.#since;
    this.#since = now;
    return ms;
  }
}
