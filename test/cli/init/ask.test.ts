import { describe, expect, it } from "vitest";
import { answerToYaml } from "../../../src/cli/init/answer.ts";
import { askForMissing, type InitChoices } from "../../../src/cli/init/ask.ts";
import { endpoints, integer, secret, text, texts } from "../../../src/config/option-type.ts";
import { testKinds } from "../../connector/kinds.ts";

const nothing: InitChoices = {
  sources: [],
  sinks: [],
  deployment: undefined,
  keyFile: undefined,
};

/** Somebody who gives these answers in turn and then leaves. */
function person(answers: readonly string[]) {
  const questions: string[] = [];
  const said: string[] = [];
  const left = [...answers];
  return {
    questions,
    said,
    ask: async (question: string) => {
      questions.push(question);
      return left.shift();
    },
    say: async (words: string) => {
      said.push(words);
    },
  };
}

describe("questions", () => {
  it("ask for what flags did not give, and again after a wrong answer", async () => {
    const { ask, say, questions, said } = person([
      "stdin",
      "splnk",
      "splunk, file",
      "production",
      "own.key",
      "http://splunk.example",
      "https://splunk.example:8088",
      "sk-not-a-place",
      "HEC_TOKEN",
      "",
    ]);
    const answered = await askForMissing(testKinds, nothing, ask, say);
    expect(answered).toEqual({
      sources: ["stdin"],
      sinks: ["splunk", "file"],
      deployment: "production",
      keyFile: "own.key",
      sourceItems: [{ kind: "stdin", values: {} }],
      sinkItems: [
        {
          kind: "splunk",
          values: { urls: '["https://splunk.example:8088"]', token: "{env: HEC_TOKEN}" },
        },
        { kind: "file", values: {} },
      ],
    });
    expect(questions).toHaveLength(10);
    expect(said.join("")).toContain("There is no kind splnk.");
    expect(said.join("")).not.toContain("sk-not-a-place");
  });

  it("are not asked when the kinds are on the command line", async () => {
    const { ask, say, questions } = person([]);
    const given = { ...nothing, sources: ["stdin"], sinks: ["file"] };
    const answered = await askForMissing(testKinds, given, ask, say);
    expect(questions).toEqual([]);
    expect(answered.sinkItems).toEqual([{ kind: "file", values: {} }]);
  });

  it("end when nobody answers any more", async () => {
    const { ask, say } = person(["stdin"]);
    const answered = await askForMissing(testKinds, nothing, ask, say);
    expect(answered.sources).toEqual(["stdin"]);
    expect(answered.sinks).toEqual([]);
  });
});

describe("an answer", () => {
  const word = text({ doc: "" });
  it.each([
    ["plain", word, "plain", "plain"],
    ["a: b # c", word, "a: b # c", '"a: b # c"'],
    ["digits", word, "123", '"123"'],
    ["true", word, "true", '"true"'],
    ["a number", integer({ doc: "", min: 1, max: 9 }), "7", "7"],
    ["a list", texts({ doc: "" }), "a, b c", '["a","b c"]'],
    ["a variable", secret({ doc: "" }), "HEC_TOKEN", "{env: HEC_TOKEN}"],
    ["a file", secret({ doc: "" }), "/run/secrets/hec", '{file: "/run/secrets/hec"}'],
  ])("%s becomes YAML", (_, option, answer, yaml) => {
    expect(answerToYaml("key", option, answer)).toEqual({ yaml });
  });

  it("of the right form is told what is wrong with it", () => {
    const judged = answerToYaml("urls", endpoints({ doc: "" }), "ftp://siem.example");
    expect("problems" in judged && judged.problems.map(({ code }) => code)).toEqual(["F903"]);
  });

  it("that fits nothing is told", () => {
    const judged = answerToYaml("key", integer({ doc: "", min: 1, max: 9 }), "70");
    expect("problems" in judged && judged.problems.map(({ code }) => code)).toEqual(["Y108"]);
  });
});
