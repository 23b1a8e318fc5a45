"""Renders templates with the real Jinja2, as NetBox does.

Reads a JSON object of contexts (its first line), then one JSON object a line
(template, context: a name), and writes one a line (output, or error and phase).
"""
import json
import signal
import sys

from jinja2 import BaseLoader
from jinja2.exceptions import (
    SecurityError, TemplateNotFound, TemplateSyntaxError, UndefinedError,
)
from jinja2.sandbox import SandboxedEnvironment

KINDS = [
    (TemplateSyntaxError, "syntax"), (UndefinedError, "undefined"),
    (SecurityError, "security"), (TemplateNotFound, "template_not_found"),
    (TypeError, "type"), (ValueError, "value"), (OverflowError, "overflow"),
]


class TooLong(BaseException):
    """A template that takes longer than is worth waiting for."""


def alarm(signum, frame):
    raise TooLong


def kind_of(error):
    return next((kind for cls, kind in KINDS if isinstance(error, cls)), "other")


def run(env, template, context):
    phase = "compile"
    signal.setitimer(signal.ITIMER_REAL, 3)
    try:
        compiled = env.from_string(template)
        phase = "render"
        return {"output": compiled.render(context)}
    except TooLong:
        return {"error": "timeout", "phase": phase}
    except MemoryError:
        return {"error": "memory", "phase": phase}
    except Exception as error:
        return {"error": kind_of(error), "phase": phase, "message": f"{type(error).__name__}: {error}"[:300]}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def main():
    signal.signal(signal.SIGALRM, alarm)
    env = SandboxedEnvironment(loader=BaseLoader(), cache_size=0)
    contexts = json.loads(sys.stdin.readline())
    for line in sys.stdin:
        case = json.loads(line)
        result = run(env, case["template"], json.loads(contexts[case["context"]]))
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


main()
