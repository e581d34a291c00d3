/** How to use the pack with Sigma's own tools, for whoever unpacks it. */

/** Name of the example, which no tool reads because of its last extension. */
export const FILTER_EXAMPLE = "mf_claude_example.yml.example";

/** What stands above the example of a filter. */
export const filterComment = `# How to hide events from a rule without touching it: copy this file to mf_<name>.yml in this folder
# and convert with --filter filters/mf_<name>.yml.
#
# rules      ids or names of the rules that do not see the events. A correlation is filtered through
#            the rules it reads: the documents above it in its file, such as claude_<name>_base.
# selection  which events are hidden
# condition  is added to the rule's own with "and", hence the "not"
#
# The product's own place for this is claude-siem.content.yaml: a filter there reaches every target,
# needs a reason and may expire.
`;

/** What stands above the list of validators. */
export const validatorsComment = `# For sigma check --validation-config. All of pySigma's validators but these:
# namespace_tag  knows neither atlas (MITRE ATLAS) nor owasp (OWASP LLM Top 10)
# attacktag, d3_fendtag  download their tables when they start, in whatever version is current;
#                claude-siem check compares the ids with tables that it carries, of a known version
`;

/** What stands above the example of a pipeline with lists of users. */
export const clearancesComment = `# Copy to claude_clearances.yml and list the pseudonyms (user_id_hash) of the users with each
# clearance. Use it before the pipeline of your product, and convert again when a clearance changes.
# An empty list is refused: without it, everyone or no one would be cleared.
`;

const placeholderNotes = `
Rules in rules-placeholder name lists of users, such as %claude_restricted_cleared_users%, which Sigma
fills in when it converts. Copy pipelines/claude_clearances.yml.example to claude_clearances.yml, put
the pseudonyms in, and convert with both pipelines:

    sigma convert -t splunk -p pipelines/claude_clearances.yml -p pipelines/splunk_claude.yml rules-placeholder
`;

/** Text of README.md. */
export function renderReadme(hasPlaceholders: boolean): string {
  return `# Claude audit rules in Sigma

Sigma 2.1 documents for the log source product: claude, service: audit. Fields keep the names of the
event schema; the pipelines translate them.

    rules/           detection rules
    correlations/    correlation rules, each in one file with the rules it reads
    filters/         an example of a filter, to hide events from a rule
    pipelines/       processing pipelines for pySigma, made from the mappings of this product
    validators.yml   settings for sigma check

Check and convert, standing in this folder (sigma-cli 3 with a backend):

    sigma check --validation-config validators.yml rules correlations
    sigma convert -t splunk -p pipelines/splunk_claude.yml rules
    sigma convert -t splunk -p pipelines/splunk_claude.yml correlations/mr_NAME.yml
    sigma convert -t lucene -p pipelines/ecs_claude.yml rules
    sigma convert -t kusto -p pipelines/sentinel_claude.yml rules

The Splunk pipeline searches index=claude_audit; change it there if yours has another name.
${hasPlaceholders ? placeholderNotes : ""}
What the backends make of the rules differs:

- A description that says "Differs here" names what the rule loses in Sigma.
- Correlations: the backends for Splunk and ES|QL count in fixed windows and refuse value_sum and
  temporal_ordered; those for Kusto, Lucene and EQL refuse correlations altogether. What a backend
  refuses stops the whole run, so convert correlations one by one.
- Strings match in any case in Splunk, Kusto and EQL; Lucene and ES|QL match keywords as written.
- Lists (security_flags, policy_flags): one element is enough in Lucene, in Splunk and, through the
  pipeline, in Kusto. ES|QL compares a field of several values with nothing.
- A missing field: ES|QL holds "not" of it for neither true nor false, so that a rule such as
  claude_restricted_data_access misses users of whom no clearance is known. Use Lucene.
- The backend for EQL has no test for whether a field exists and refuses rules that need one.

The packs for Sentinel, Splunk and Elastic say all of this exactly; use Sigma where there is no pack.
`;
}
