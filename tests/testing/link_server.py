"""An HTTPS (or HTTP) server on loopback whose paths misbehave in known ways.

usage: link_server.py DIRECTORY LOG [CERTIFICATE KEY]

Prints its port, serves DIRECTORY until standard input ends, and writes one line
a request to LOG: the path, then the headers Range, If-Range and Authorization.
The first component of a path says how the file of the last one is served.
"""

import http.server
import os
import ssl
import sys
import threading
import time
import urllib.parse

DIRECTORY, LOG = sys.argv[1:3]
EXPIRED = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        headers = [self.headers.get(h, "-")
                   for h in ("Range", "If-Range", "Authorization")]
        with open(LOG, "a", encoding="utf-8") as log:
            log.write(" ".join([self.path] + headers) + "\n")
        url = urllib.parse.urlsplit(self.path)
        how, _, name = url.path.lstrip("/").partition("/")
        # Nothing is kept alive: what is cut is cut.
        self.close_connection = True
        if how == "redirect":
            query = urllib.parse.parse_qs(url.query)
            self.answer(302, b"", Location=query["to"][0])
        elif how == "status":
            self.answer(int(name.split("/")[0]), b"no")
        elif how == "expired":
            self.answer(403, EXPIRED)
        elif how == "page":
            self.answer(200, b"<!DOCTYPE html><html><body>Sorry</body></html>")
        else:
            with open(os.path.join(DIRECTORY, name), "rb") as file:
                self.serve(how, file.read())

    def answer(self, status, body, **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve(self, how, content):
        begin, tag = 0, '"%d"' % len(content)
        given = self.headers.get("Range")
        if (given and how not in ("norange", "cutnorange")
                and self.headers.get("If-Range", tag) == tag):
            begin = int(given.removeprefix("bytes=").rstrip("-"))
        part = content[begin:]
        self.send_response(206 if begin else 200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length",
                         str(len(part) + (100 if how == "long" else 0)))
        if begin:
            self.send_header("Content-Range", "bytes %d-%d/%d" % (
                begin, len(content) - 1, len(content)))
        self.end_headers()
        if how in ("cut", "cutnorange"):
            part = part[:len(content) // 3]
        if how in ("slow", "once"):
            # Half of it, then nothing; "once" only for the first request.
            first = how == "slow" or not given
            self.wfile.write(part[:len(part) // 2] if first else part)
            self.wfile.flush()
            if first:
                time.sleep(60)
            return
        self.wfile.write(part)


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # clients of tests hang up


server = Server(("127.0.0.1", 0), Handler)
if len(sys.argv) > 3:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[3], sys.argv[4])
    server.socket = context.wrap_socket(server.socket, server_side=True,
                                        do_handshake_on_connect=False)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
