# A real name server for tests: dnspython (a third party's) on one free loopback port, UDP and TCP.
# Reads one JSON object {"port": 0, "records": {"name.": [["TXT", "…"], …]}} from the first line of
# stdin, prints its port, ends when stdin closes. It knows its records and says NXDOMAIN to the rest;
# a name whose records are [["SERVFAIL", ""]] fails.
import json
import socket
import socketserver
import sys
import threading

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset


def answer(wire, records):
    query = dns.message.from_wire(wire)
    response = dns.message.make_response(query)
    response.flags |= dns.flags.AA | dns.flags.RA
    question = query.question[0]
    known = records.get(question.name.to_text().lower())
    if known is None:
        response.set_rcode(dns.rcode.NXDOMAIN)
        return response.to_wire()
    wanted = dns.rdatatype.to_text(question.rdtype)
    for kind, text in known:
        if kind == "SERVFAIL":
            response.set_rcode(dns.rcode.SERVFAIL)
        elif kind == wanted:
            if kind == "TXT":
                pieces = [text[at : at + 250] for at in range(0, len(text), 250)]
                text = " ".join('"' + piece.replace("\\", "\\\\").replace('"', '\\"') + '"' for piece in pieces)
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, text))
    return response.to_wire()


def main():
    options = json.loads(sys.stdin.readline())
    records = {name.lower(): known for name, known in options["records"].items()}

    class Udp(socketserver.BaseRequestHandler):
        def handle(self):
            data, sock = self.request
            sock.sendto(answer(data, records), self.client_address)

    class Tcp(socketserver.BaseRequestHandler):
        def handle(self):
            length = int.from_bytes(self.request.recv(2), "big")
            data = b""
            while len(data) < length:
                data += self.request.recv(length - len(data))
            wire = answer(data, records)
            self.request.sendall(len(wire).to_bytes(2, "big") + wire)

    class TcpServer(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    # The port must be free for both.
    for _ in range(50):
        tcp = TcpServer(("127.0.0.1", options["port"]), Tcp)
        try:
            udp = socketserver.ThreadingUDPServer(tcp.server_address, Udp)
            break
        except OSError:
            tcp.server_close()
    for server in (udp, tcp):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(tcp.server_address[1], flush=True)
    sys.stdin.read()


main()
