/** Messages about event lines. Codes E2xx. */
export {};
