/** What an appender gets: the proof that its event is durable, or an error that says it is not. */

/** Proof that an event is durable: its place in the chain. */
export interface Receipt {
  readonly seq: number;
  readonly hash: string;
}

/** Thrown to appenders whose events are not known to be durable: their source has to send them again. */
export class NotDurableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NotDurableError";
  }
}
