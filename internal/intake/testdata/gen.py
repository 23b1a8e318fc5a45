"""Writes contexts.json: changes as they are given to intake, and the context
that Python's json.dumps makes of them, key by key in Bellhop's order."""
import datetime, json, pathlib

UTC = datetime.timezone.utc
REQUEST = "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"

def case(name, event, time, object_type, username, data, pre, post, method="POST", path="/api/dcim/sites/"):
    context = {
        "event": event,
        "timestamp": time.isoformat(timespec="microseconds"),
        "object_type": object_type,
        "model": object_type.split(".")[1],
        "username": username,
        "request_id": REQUEST,
        "data": data,
        "request": {"id": REQUEST, "method": method, "path": path, "user": username},
        "snapshots": {"prechange": pre, "postchange": post},
    }
    return {
        "name": name, "event": event, "micros": int(time.timestamp()) * 10**6 + time.microsecond,
        "object_type": object_type, "username": username, "request_id": REQUEST, "method": method, "path": path,
        # Given as compact UTF-8, which is not how json.dumps writes it.
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        "prechange": None if pre is None else json.dumps(pre, ensure_ascii=False, indent=2),
        "postchange": None if post is None else json.dumps(post, ensure_ascii=False),
        "want": json.dumps(context),
    }

site = {"id": 19, "url": "/api/dcim/sites/19/", "display": "Zürich", "status": {"value": "active", "label": "Active"},
        "tags": [{"id": 3, "slug": "a"}], "latitude": 47.37, "asn": 65001, "comments": "line\n\ttab \"quoted\" \\ / \u2028 😀 \x7f", "region": None}
flat = {"name": "Zürich", "status": "active", "region": None, "tags": ["a"]}
rows = [
    case("created", "created", datetime.datetime(2021, 3, 9, 17, 55, 33, 968016, UTC), "dcim.site", "jstretch", site, None, flat),
    case("updated", "updated", datetime.datetime(2026, 1, 2, 3, 4, 5, 0, UTC), "dcim.site", "Jürgen \"J\"", site, flat, dict(flat, status="planned"), "PATCH", "/api/dcim/sites/19/?x=\u00fc"),
    case("deleted", "deleted", datetime.datetime(2026, 12, 31, 23, 59, 59, 1, UTC), "ipam.ipaddress", "", {}, {}, None, "", ""),
]
path = pathlib.Path(__file__).with_name("contexts.json")
path.write_text(json.dumps(rows, indent=1) + "\n")
