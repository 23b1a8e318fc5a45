"""Makes expected.json: what the real Jinja2 (3.1.2, Debian's python3-jinja2)
makes of the recipes and examples of docs/templates.md.

Run it in this folder:  /usr/bin/python3 gen.py
"""
import json
import re

from jinja2 import BaseLoader
from jinja2.sandbox import SandboxedEnvironment

DEVICES = ["device_created", "device_updated", "device_deleted", "device_updated_v4"]
CONTEXTS = {
    "devices": DEVICES,
    "any": DEVICES + ["ip_updated", "vm_created", "prefix_created", "circuit_updated"],
}
MARK = re.compile(r"<!-- (recipe|example): (\S+) (\S+)(?: (\S+))? -->\n```jinja\n(.*?)\n```\n(?:\n```text\n(.*?)```\n)?", re.S)


def main():
    with open("../vectors/contexts.json", encoding="ascii") as f:
        contexts = json.load(f)["contexts"]
    with open("../../../docs/templates.md", encoding="utf-8") as f:
        page = f.read()
    env = SandboxedEnvironment(loader=BaseLoader())
    builtin = {"filters": sorted(env.filters), "tests": sorted(env.tests)}
    env.filters["env"] = lambda name: f"value of {name}"
    env.filters["header_safe"] = lambda value: "".join(c for c in str(value) if ord(c) >= 32 and ord(c) != 127)
    cases = []
    for kind, name, second, third, template, shown in MARK.findall(page):
        part, names = (second, CONTEXTS[third]) if kind == "recipe" else ("example", [second])
        for context in names:
            out = env.from_string(template).render(json.loads(json.dumps(contexts[context])))
            if part == "body":
                json.loads(out)
            if part == "example" and out != shown.removesuffix("\n"):
                raise SystemExit(f"{name}: the page shows\n{shown!r}\nbut Jinja2 gives\n{out!r}")
            cases.append({"name": name, "part": part, "context": context, "expected": out})
    with open("expected.json", "w", encoding="ascii") as f:
        lines = ",\n".join(json.dumps(case) for case in cases)
        f.write('{"builtin": %s,\n"cases": [\n%s\n]}\n' % (json.dumps(builtin), lines))


if __name__ == "__main__":
    main()
