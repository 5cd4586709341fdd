"""Asks a TAXII door as its users do: taxii2-client, python-stix2, and plain requests. Prints what it saw as JSON."""

import json
import sys

import requests
from stix2 import Filter, TAXIICollectionSource
from stix2validator import ValidationOptions, validate_string
from taxii2client.v21 import Server, as_pages

MEDIA = "application/taxii+json;version=2.1"


def main(base, seat, token):
    server = Server(f"{base}/taxii2/", user=seat, password=token)
    root = server.default
    # A door without anything for this seat leaves the list out; the client tells that as an error.
    listed = requests.get(f"{root.url}collections/", auth=(seat, token), headers={"Accept": MEDIA}).json()
    seen = {"title": server.title, "collections": [], "listed": len(listed.get("collections", []))}
    for collection in root.collections if listed.get("collections") else []:
        pages = [page.get("objects", []) for page in as_pages(collection.get_objects, per_request=1)]
        objects = [one for page in pages for one in page]
        options = ValidationOptions(version="2.1")
        for one in objects:
            checked = validate_string(json.dumps(one), options)
            assert checked.is_valid, (one, checked.errors)
        found = TAXIICollectionSource(collection).query([Filter("type", "=", "indicator")])
        first = collection.get_objects(limit=1)
        after = [entry["date_added"] for entry in collection.get_manifest().get("objects", [])]
        rest = collection.get_objects(added_after=after[0]).get("objects", []) if after else []
        by_id = [collection.get_object(one["id"])["objects"][0]["id"] for one in objects]
        refused = requests.post(
            f"{collection.url}objects/",
            auth=(seat, token),
            headers={"Accept": MEDIA, "Content-Type": MEDIA},
            data=json.dumps({"objects": objects}),
        )
        seen["collections"].append(
            {
                "title": collection.title,
                "can": [collection.can_read, collection.can_write],
                "names": [one.get("name") for one in objects],
                "labels": [one.get("object_marking_refs") for one in objects],
                "patterns": [one.get("pattern") for one in objects],
                "queried": len(found),
                "more": first.get("more", False),
                "rest": len(rest),
                "rising": after == sorted(set(after)),
                "by_id": by_id == [one["id"] for one in objects],
                "post": refused.status_code,
            }
        )
    unknown = requests.get(f"{base}/taxii2/", headers={"Accept": MEDIA})
    seen["unknown"] = [unknown.status_code, unknown.headers["WWW-Authenticate"], unknown.headers["Content-Type"]]
    wrong = requests.get(f"{base}/taxii2/", headers={"Accept": "text/html"}, auth=(seat, token))
    seen["wrong"] = wrong.status_code
    none = requests.get(f"{root.url}collections/{'0' * 8}-0000-4000-8000-{'0' * 12}/", auth=(seat, token))
    seen["none"] = none.status_code
    print(json.dumps(seen))


main(*sys.argv[1:])
