"""Converts a Sigma pack with pySigma: prints JSON {file: query or {"refused": reason}}.

Arguments: backend, folder of the pack, pipelines (comma-separated, below pipelines/), files of the pack.
"""
import json
import pathlib
import sys

from sigma.backends.elasticsearch import ESQLBackend, EqlBackend, LuceneBackend
from sigma.backends.kusto import KustoBackend
from sigma.backends.splunk import SplunkBackend
from sigma.collection import SigmaCollection
from sigma.exceptions import SigmaError
from sigma.processing.pipeline import ProcessingPipeline

BACKENDS = {
    "splunk": SplunkBackend,
    "lucene": LuceneBackend,
    "eql": EqlBackend,
    "esql": ESQLBackend,
    "kusto": KustoBackend,
}


def main():
    target, folder, pipelines, *files = sys.argv[1:]
    root = pathlib.Path(folder)
    result = {}
    for group in files:
        # Files that belong together, such as a rule and its filter, are joined by a plus sign.
        texts = [(root / name).read_text("utf-8") for name in group.split("+")]
        pipeline = sum(
            (
                ProcessingPipeline.from_yaml((root / "pipelines" / name).read_text("utf-8"))
                for name in pipelines.split(",")
            ),
            ProcessingPipeline(),
        )
        try:
            rules = SigmaCollection.from_yaml("\n---\n".join(texts))
            queries = BACKENDS[target](pipeline).convert(rules)
            result[group] = "\n\n".join(str(query) for query in queries)
        except (SigmaError, NotImplementedError) as error:
            result[group] = {"refused": str(error)}
    json.dump(result, sys.stdout)


main()
