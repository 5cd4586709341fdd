"""What others say of our STIX: one JSON value a line in, one verdict a line out.

{"pattern": "..."}: whether stix2-patterns reads it. {"bundle": {...}}: the errors that stix2-validator finds,
and whether python-stix2 reads it and gives every id of an observable again.
"""

import io
import json
import sys

import stix2
from stix2.base import _Observable
from stix2patterns.validator import validate
from stix2validator import ValidationOptions, validate_instance

OPTIONS = ValidationOptions(version="2.1", silent=True)


def pattern(text):
    try:
        return validate(text, stix_version="2.1")
    except Exception:
        return False


def errors(bundle):
    result = validate_instance(bundle, OPTIONS)
    found = [str(error) for error in result.errors]
    for given in bundle.get("objects", []):
        read = stix2.parse(given, allow_custom=True)
        if isinstance(read, _Observable) and read._generate_id() not in (None, given["id"]):
            found.append("another id: " + given["id"])
    return found


for line in sys.stdin:
    asked = json.loads(line)
    answer = pattern(asked["pattern"]) if "pattern" in asked else errors(asked["bundle"])
    print(json.dumps(answer), flush=True)
