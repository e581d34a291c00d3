/** Messages about the command line. Codes U9xx. */
export {};
