/**
 * OWASP Top 10 for LLM applications, editions 2025 and 2026. The edition belongs to the id: the list
 * was renumbered, and LLM03 means another risk in each. Of 2026 this holds the entries whose number is
 * known for certain.
 */

export const owaspLlm: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "2025": {
    LLM01: "Prompt Injection",
    LLM02: "Sensitive Information Disclosure",
    LLM03: "Supply Chain",
    LLM04: "Data and Model Poisoning",
    LLM05: "Improper Output Handling",
    LLM06: "Excessive Agency",
    LLM07: "System Prompt Leakage",
    LLM08: "Vector and Embedding Weaknesses",
    LLM09: "Misinformation",
    LLM10: "Unbounded Consumption",
  },
  "2026": {
    LLM01: "Prompt Injection",
    LLM02: "Sensitive Information Disclosure",
    LLM03: "Excessive Agency",
    LLM06: "Unbounded Consumption",
  },
};
