/** Messages about compilation to a target. Codes D8xx. */
export {};
