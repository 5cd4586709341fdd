"""A receiver of webhooks: checks each call with the standardwebhooks library, writes one JSON line a call.

Reads one JSON line: {"secret": null | "whsec_…"}. A line later replaces it; {"status": N} sets what calls
are answered with. A call whose signature does not fit is answered 401, whatever was set.
"""
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

state = {"secret": None, "status": 204}
lock = threading.Lock()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        with lock:
            secret, status = state["secret"], state["status"]
            verified = None
            if secret:
                try:
                    verified = Webhook(secret).verify(body, dict(self.headers.items()))
                except WebhookVerificationError as error:
                    verified, status = str(error), 401
            record = {
                "id": self.headers.get("webhook-id"),
                "path": self.path,
                "verified": isinstance(verified, dict),
                "body": json.loads(body),
                "status": status,
            }
            print(json.dumps(record), flush=True)
        self.send_response(status)
        if status == 302:
            self.send_header("location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
print(server.server_address[1], flush=True)
threading.Thread(target=server.serve_forever, daemon=True).start()
for line in sys.stdin:
    with lock:
        state.update(json.loads(line))
        print(json.dumps({"set": True}), flush=True)
