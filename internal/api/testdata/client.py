"""A client as scripts for NetBox are: pynetbox's calls on the wire, with requests.

pynetbox builds paths with a slash at the end, sends the headers below, asks for
the version first, follows "next" as given, reads choices from OPTIONS, and takes
an error's text from the answer's JSON. Usage: client.py BASE_URL TOKEN
"""

import sys

import requests

base, token = sys.argv[1].rstrip("/"), sys.argv[2]
session = requests.Session()
session.headers.update({"accept": "application/json", "authorization": f"Token {token}"})


class RequestError(Exception):
    """An answer that is no success, with what its body says."""

    def __init__(self, answer):
        self.status = answer.status_code
        self.error = answer.json()
        super().__init__(f"The request failed with code {answer.status_code} {answer.reason}: {self.error}")


def call(verb, url, data=None, params=None):
    headers = {"content-type": "application/json"} if data is not None else {}
    answer = session.request(verb, url, json=data, params=params, headers=headers)
    if verb == "delete" and answer.ok:
        return True
    if not answer.ok:
        raise RequestError(answer)
    return answer.json()


class Endpoint:
    def __init__(self, app, name):
        self.url = f"{base}/api/{app}/{name}/"

    def get(self, key):
        try:
            return call("get", f"{self.url}{key}/")
        except RequestError as e:
            if e.status == 404:
                return None
            raise

    def filter(self, limit=0, **params):
        page = call("get", self.url, params={**params, "limit": limit})
        results = page["results"]
        while page["next"]:
            page = call("get", page["next"])
            results += page["results"]
        return results

    def count(self, **params):
        return call("get", self.url, params={**params, "limit": 1})["count"]

    def create(self, data):
        return call("post", self.url, data)

    def update(self, data):
        return call("patch", self.url, data)

    def delete(self, ids):
        return call("delete", self.url, [{"id": i} for i in ids])

    def choices(self):
        fields = call("options", self.url)["actions"]["POST"]
        return {name: field["choices"] for name, field in fields.items() if "choices" in field}


def refused(status, error, do, *args):
    try:
        do(*args)
    except RequestError as e:
        assert (e.status, e.error) == (status, error), (e.status, e.error)
        return
    raise AssertionError(f"not refused: {args}")


def crud(endpoint, one, many, change, field):
    """Create, create many, get, filter, update, update many, delete, delete many."""
    first = endpoint.create(one)
    rest = endpoint.create(many)
    assert endpoint.get(first["id"])["name"] == one["name"]
    assert [r["name"] for r in endpoint.filter(name=[r["name"] for r in many])] == [r["name"] for r in many]
    assert [r["id"] for r in endpoint.filter(limit=1)] == [first["id"]] + [r["id"] for r in rest]
    assert endpoint.count() == 1 + len(many)
    call("patch", first["url"], change)  # as Record.save does
    assert endpoint.get(first["id"])[field] == change[field]
    updated = endpoint.update([{"id": r["id"], **change} for r in rest])
    assert all(r[field] == change[field] for r in updated)
    assert call("delete", first["url"])
    assert endpoint.get(first["id"]) is None
    assert endpoint.delete([r["id"] for r in rest])
    assert endpoint.count() == 0


# The version, the apps, the status.
answer = session.get(f"{base}/api/")
assert answer.ok and tuple(map(int, answer.headers["API-Version"].split("."))) >= (4, 2)
assert call("get", answer.json()["dcim"])["sites"] == f"{base}/api/dcim/sites/"
assert call("get", f"{base}/api/status/")["netbox-version"].startswith(answer.headers["API-Version"])

sites, tags = Endpoint("dcim", "sites"), Endpoint("extras", "tags")
webhooks, rules = Endpoint("extras", "webhooks"), Endpoint("extras", "event-rules")

crud(
    sites,
    {"name": "AMS1", "slug": "ams1", "status": "active"},
    [{"name": f"BRU{i}", "slug": f"bru{i}"} for i in range(3)],
    {"description": "changed"}, "description",
)
assert {"value": "active", "display_name": "Active"} in sites.choices()["status"]

# Webhooks in the fields of 3.6 ...
hook = {"content_types": ["dcim.site"], "type_create": True, "payload_url": "http://receiver/"}
crud(webhooks, {"name": "a", **hook}, [{"name": "b", **hook}, {"name": "c", **hook}], {"enabled": False}, "enabled")
assert [c["value"] for c in webhooks.choices()["http_method"]] == ["GET", "POST", "PUT", "PATCH", "DELETE"]

# ... and of 4.x.
action = webhooks.create({"name": "action", "payload_url": "http://receiver/"})
rule = {
    "object_types": ["dcim.site"], "event_types": ["object_created"], "action_type": "webhook",
    "action_object_type": "extras.webhook", "action_object_id": action["id"],
}
crud(rules, {"name": "a", **rule}, [{"name": "b", **rule}], {"event_types": ["object_deleted"]}, "event_types")

# References by id and by attributes, tags, errors that can be read.
tag = tags.create({"name": "Core", "slug": "core"})
region = Endpoint("dcim", "regions").create({"name": "Europe", "slug": "europe"})
site = sites.create({"name": "AMS2", "slug": "ams2", "region": {"name": "Europe"}, "tags": [{"name": "Core"}]})
assert site["region"]["id"] == region["id"] and site["tags"][0]["slug"] == "core"
assert call("get", site["region"]["url"])["name"] == "Europe"  # as Record.full_details does
assert sites.count(tag="core") == sites.count(region="europe") == 1
refused(400, {"name": ["This field is required."]}, sites.create, {"slug": "x"})
refused(400, [{}, {"name": ["This field is required."]}], sites.create, [{"name": "Y", "slug": "y"}, {"slug": "x"}])
refused(400, {"status": ['"gone" is not a valid choice.']}, call, "patch", site["url"], {"status": "gone"})
print("ok")
