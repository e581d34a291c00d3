/** Messages about sources. Codes S7xx. */
export {};
