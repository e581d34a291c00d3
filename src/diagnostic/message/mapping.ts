/** Messages about mappings. Codes M4xx. */
export {};
