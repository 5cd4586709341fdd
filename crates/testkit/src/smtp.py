# A real mail server for tests: aiosmtpd (a third party's) on a free loopback port.
# Reads one JSON object of options from the first line of stdin, prints its port, ends when stdin closes.
# Each message it takes becomes two files in the folder, `N.eml` (the bytes) and `N.json` (the envelope),
# written to the disk before the reply, as a server that answers 250 must.
import asyncio
import json
import os
import ssl
import sys
from email import message_from_bytes

from aiosmtpd.smtp import SMTP, AuthResult


class Taker:
    def __init__(self, options):
        self.options = options
        self.count = 0
        self.sessions = 0

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        # The reply to an earlier letter has long been sent when the next one begins.
        if self.count > 0:
            await asyncio.sleep(self.options["stall_after_s"])
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.options["refuse_recipients"]:
            return "550 5.1.1 no such desk"
        if address in self.options["defer_recipients"]:
            return "451 4.3.0 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.options["refuse_data"]:
            return "554 5.7.1 refused for good"
        self.count += 1
        self.store(self.count, session, envelope)
        await asyncio.sleep(self.options["stall_before_s"])
        if self.options["hang_up"]:
            server.transport.abort()
        return f"250 2.0.0 OK taken as {self.count}"

    def store(self, number, session, envelope):
        content = envelope.original_content or envelope.content
        about = {
            "message_id": str(message_from_bytes(content)["Message-ID"] or ""),
            "mail_from": envelope.mail_from,
            "rcpt_to": envelope.rcpt_tos,
            "tls": session.ssl is not None or self.options["tls"] == "implicit",
            "peer": f"{session.peer[0]}:{session.peer[1]}",
            "user": session.auth_data.login.decode() if session.auth_data else None,
        }
        for suffix, data in ((".eml", content), (".json", json.dumps(about).encode())):
            path = os.path.join(self.options["folder"], f"{number:06}{suffix}")
            with open(path + ".part", "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.rename(path + ".part", path)


def authenticate(options):
    def check(server, session, envelope, mechanism, data):
        good = (data.login.decode(), data.password.decode()) == tuple(options["login"])
        return AuthResult(success=good, auth_data=data if good else None)

    return check


async def serve(options):
    context = None
    if options["tls"] != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options["certificate"], options["key"])
    taker = Taker(options)
    settings = {"hostname": "localhost", "data_size_limit": options["size_limit"]}
    if options["tls"] == "starttls":
        settings |= {"tls_context": context, "require_starttls": True}
    if options["login"]:
        settings |= {
            "authenticator": authenticate(options),
            "auth_required": True,
            "auth_require_tls": options["tls"] == "starttls",
        }
    loop = asyncio.get_running_loop()
    implicit = context if options["tls"] == "implicit" else None
    server = await loop.create_server(lambda: SMTP(taker, loop=loop, **settings), "127.0.0.1", options["port"], ssl=implicit)
    print(server.sockets[0].getsockname()[1], flush=True)
    # The parent holds our stdin: however it ends, we end too.
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


asyncio.run(serve(json.loads(sys.stdin.readline())))
