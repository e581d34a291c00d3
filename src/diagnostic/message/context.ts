/** Messages about clearances, calendars, prices and policy settings. Codes C5xx. */
export {};
