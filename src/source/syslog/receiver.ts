/** Something that takes messages until it is stopped. */
export interface Receiver {
  /** Where it listens: `127.0.0.1:6514`. */
  readonly address: string;
  /** Resolves when everything that was handed over is settled and nothing is open any more. */
  readonly stop: () => Promise<void>;
}
