# Parses a mail with Python's own library, which shares nothing with the one that built it.
# Reads the mail from stdin and prints what a recipient's program would see, as JSON.
import base64
import email
import email.policy
import json
import sys

message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
parts = list(message.iter_attachments())
json.dump(
    {
        "defects": [str(defect) for part in message.walk() for defect in part.defects],
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "from_name": message["From"].addresses[0].display_name,
        "date": message["Date"].datetime.isoformat(),
        "body": message.get_body(preferencelist=("plain",)).get_content(),
        "body_type": message.get_body(preferencelist=("plain",)).get_content_type(),
        "attachments": [
            {
                "name": part.get_filename(),
                "type": part.get_content_type(),
                "bytes": base64.b64encode(part.get_payload(decode=True)).decode(),
            }
            for part in parts
        ],
    },
    sys.stdout,
)
