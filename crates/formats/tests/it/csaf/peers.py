"""What PyPI's `csaf` and `cvss` say of our advisories, and where the test documents of OASIS lie that come with `csaf`.

First line out: the folder of the documents. Then a question a line in, an answer a line out.
{"document": {...}} gives {"schema": bool, "failed": [[section, messages], ...]};
{"vector": "...", "version": "3.1"} gives the three scores, null where the vector has nothing to say.
"""

import json
import pathlib
import sys

import csaf
import cvss
from csaf.csaf.v20 import _validator


def judged(document):
    report = _validator.validate(document, preset="mandatory")
    results = [(result.id, result.passed, [error.message for error in result.errors]) for result in report.results]
    failed = [[name, messages] for name, passed, messages in results if name != "schema" and not passed]
    return {"schema": all(passed for name, passed, _ in results if name == "schema"), "failed": failed}


def scores(vector, version):
    read = cvss.CVSS2 if version == "2.0" else cvss.CVSS3
    return [None if score is None else float(score) for score in read(vector).scores()]


print(json.dumps(str(pathlib.Path(csaf.__file__).parent / "csaf" / "v20" / "data")), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    answer = judged(asked["document"]) if "document" in asked else scores(asked["vector"], asked["version"])
    print(json.dumps(answer), flush=True)
