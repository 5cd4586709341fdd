# Signs a mail as another implementation does: dkimpy (a third party's).
# Standard input: one line of JSON {"key": path, "domain": …, "selector": …, "headers": […]}, then the mail.
# Standard output: the mail with its DKIM-Signature in front.
import json
import sys

import dkim

options = json.loads(sys.stdin.buffer.readline())
mail = sys.stdin.buffer.read()
with open(options["key"], "rb") as file:
    key = file.read()
signature = dkim.sign(
    mail,
    options["selector"].encode(),
    options["domain"].encode(),
    key,
    canonicalize=(b"relaxed", b"relaxed"),
    include_headers=[name.encode() for name in options["headers"]] or None,
)
sys.stdout.buffer.write(signature + mail)
