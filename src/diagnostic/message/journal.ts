/** Messages about the journal. Codes J6xx. */
export {};
