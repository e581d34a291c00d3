/** Delays, as an argument so that tests own them. */

/** Calls back once after so many milliseconds; the result takes the call back. */
export type Timer = (ms: number, call: () => void) => () => void;

/** Keeps the program running: somebody waits for what comes then. */
export const waitingTimer: Timer = (ms, call) => {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
};

/** Lets a program end that has nothing else to do. */
export const idleTimer: Timer = (ms, call) => {
  const timer = setTimeout(call, ms);
  timer.unref();
  return () => clearTimeout(timer);
};
