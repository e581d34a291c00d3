"""Parses ES|QL texts with esql-parser: a JSON list of texts on stdin, the errors of each on stdout."""
import json
import sys

from antlr4 import CommonTokenStream, InputStream
from antlr4.error.ErrorListener import ErrorListener
from esql_parser.EsqlBaseLexer import EsqlBaseLexer
from esql_parser.EsqlBaseParser import EsqlBaseParser


class Collector(ErrorListener):
    def __init__(self):
        self.errors = []

    def syntaxError(self, recognizer, symbol, line, column, message, error):
        self.errors.append(f"{line}:{column} {message}")


def errors_of(text):
    collector = Collector()
    lexer = EsqlBaseLexer(InputStream(text))
    parser = EsqlBaseParser(CommonTokenStream(lexer))
    for part in (lexer, parser):
        part.removeErrorListeners()
        part.addErrorListener(collector)
    parser.singleStatement()
    return collector.errors


json.dump([errors_of(text) for text in json.load(sys.stdin)], sys.stdout)
