"""Answers what Python's jinja2 gives for templates: {"names", "cases"} on standard input, a list of answers on standard output.

An answer has the text or the name of the error. A case that is one expression also has its value, unless JSON cannot hold it.
"""

import json
import sys

from jinja2 import Environment, Undefined

environment = Environment()
# The product's own filter (compiler.md 3.6).
environment.filters["map_format"] = lambda value, pattern, name=None: pattern % (
    {name: value} if name else value
)


def plain(value):
    """A value as JSON can hold it; tuples, generators and views are lists."""
    if isinstance(value, Undefined):
        return {"undefined": True}
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if hasattr(value, "__iter__"):
        return [plain(each) for each in value]
    raise TypeError(type(value).__name__)


def answer(case, names):
    try:
        result = {"text": environment.from_string(case["template"]).render(names)}
    except Exception as error:
        return {"error": type(error).__name__}
    if case["expression"] is not None:
        try:
            value = environment.compile_expression(case["expression"], undefined_to_none=False)(**names)
            json.dumps(plain(value), allow_nan=False)
            result["value"] = plain(environment.compile_expression(case["expression"], undefined_to_none=False)(**names))
        except Exception:
            # Numbers that are none and Python's own objects have a text only.
            pass
    return result


given = json.load(sys.stdin)
# Each case gets names of its own, since methods such as `pop` change them.
json.dump([answer(case, json.loads(json.dumps(given["names"]))) for case in given["cases"]], sys.stdout)
