"""Renders one template of this folder over a context and prints the nanoseconds
that a render takes, the best of several rounds, as a JSON object by name. The
template is kept, as a careful user of Jinja2 would do.

Usage: bench.py CONTEXT.json NAME
"""
import json
import pathlib
import sys
import timeit

from jinja2.sandbox import SandboxedEnvironment

context_file, name = sys.argv[1:]
context = json.load(open(context_file))
source = pathlib.Path(__file__).with_name(name + ".j2").read_text()
template = SandboxedEnvironment().from_string(source)
timer = timeit.Timer(lambda: template.render(context))
print(json.dumps({name: min(timer.repeat(40, 200)) / 200 * 1e9}))
