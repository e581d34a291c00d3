"""Runs KQL on embedded ClickHouse (PyPI chdb-core). Reads a job from stdin, writes answers to stdout.

Job: {"settings": {name: value}, "tables": {name: {"columns": {name: type}, "rows": [row]}},
"queries": {name: text}}; types are ClickHouse's. Answer: {name: [row]}. Exits 1 where a query is refused.
"""

import json
import os
import sys
import tempfile

from chdb import session

job = json.load(sys.stdin)
folder = tempfile.mkdtemp()
engine = session.Session(folder)
for statement in ("create database lab", "use lab", "set allow_experimental_kusto_dialect = 1"):
    engine.query(statement)
for name, table in job["tables"].items():
    columns = ", ".join(f"`{column}` {kind}" for column, kind in table["columns"].items())
    engine.query(f"create table {name} ({columns}) engine = Memory")
    path = os.path.join(folder, f"{name}.ndjson")
    with open(path, "w") as file:
        file.writelines(json.dumps(row) + "\n" for row in table["rows"])
    engine.query(f"insert into {name} select * from file('{path}', JSONEachRow)")
for name, value in job["settings"].items():
    engine.query(f"set {name} = {value}")
engine.query("set dialect = 'kusto'")
answers = {}
for name, text in job["queries"].items():
    try:
        lines = engine.query(text, "JSONEachRow").bytes().decode().splitlines()
    except Exception as error:
        sys.exit(f"{name}: {error}")
    answers[name] = [json.loads(line) for line in lines]
json.dump(answers, sys.stdout)
