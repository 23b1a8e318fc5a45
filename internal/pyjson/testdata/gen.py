"""Writes dumps.json: documents and how Python's json.dumps writes them."""
import json, pathlib

documents = [
    '{}', '[]', ' { "a" : [ ] } ', '[1,2 , 3]', '"\\u00fc\\/\\b\\f\\n\\r\\t\\"\\\\"', '"Zürich 漢字 😀"',
    '"\\ud83d\\ude00"', '"\\ud83d"', '"\\uDE00x"', '"\u007f\u0080\u2028"', '"\\u0041\\u001f\\u0000"',
    '{"b":1,"a":{"c":null,"d":[true,false]}}', '0', '-1', '10', '1.5', '0.1', '-2.25', '123456789012345678901234567890',
    '""', '"<script>&\'"', '[[[[]]]]', '{"":""}', '{"ü":"ü"}', 'null', 'true', 'false', '\n\t[ \r\n1 ]\n',
]
rows = [{"document": d, "want": json.dumps(json.loads(d))} for d in documents]
path = pathlib.Path(__file__).with_name("dumps.json")
path.write_text(json.dumps(rows, indent=1) + "\n")
