/** Messages about rules and their tests. Codes R3xx. */
export {};
