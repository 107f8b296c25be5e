"""A small IMAP4rev1 server for tests: what reading needs, over a real socket."""

import re
import socketserver
import threading


class ImapServer:
    def __init__(self, user: str, password: str):
        self.user, self.password, self.uid_validity = user, password, 1700
        self.messages: list[bytes] = []
        self.commands: list[str] = []
        outer = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self):
                self.wfile.write(b"* OK ready\r\n")
                for line in self.rfile:
                    if not outer.answer(line.decode().strip(), self.rfile, self.wfile):
                        return

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def add(self, raw: bytes):
        self.messages.append(raw)

    def answer(self, line: str, rfile, wfile) -> bool:
        tag, command, rest = [*line.split(" ", 2), "", ""][:3]
        command = command.upper()
        if command == "UID":
            command, rest = [*rest.split(" ", 1), ""][:2]
        self.commands.append(command.upper())
        told = getattr(self, f"on_{command.lower()}", None)
        status = told(rest, wfile) if told else "OK done"
        wfile.write(f"{tag} {status}\r\n".encode())
        return command != "LOGOUT"

    def on_capability(self, rest, wfile):
        wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
        return "OK done"

    def on_login(self, rest, wfile):
        user, password = re.findall(r'"([^"]*)"|(\S+)', rest)[:2]
        given = ("".join(user), "".join(password))
        right = given == (self.user, self.password)
        return "OK signed in" if right else "NO [AUTHENTICATIONFAILED] wrong"

    def on_logout(self, rest, wfile):
        wfile.write(b"* BYE\r\n")
        return "OK bye"

    def on_examine(self, rest, wfile):
        wfile.write(f"* {len(self.messages)} EXISTS\r\n* OK [UIDVALIDITY {self.uid_validity}] x\r\n".encode())
        return "OK [READ-ONLY] done"

    def on_status(self, rest, wfile):
        wfile.write(f'* STATUS "INBOX" (UIDVALIDITY {self.uid_validity})\r\n'.encode())
        return "OK done"

    def on_search(self, rest, wfile):
        low = int(re.search(r"UID (\d+):\*", rest).group(1))
        last = len(self.messages)
        found = [n for n in range(1, last + 1) if n >= low] or ([last] if last else [])
        wfile.write(f"* SEARCH {' '.join(map(str, found))}\r\n".encode())
        return "OK done"

    def on_fetch(self, rest, wfile):
        uid = int(rest.split(" ", 1)[0])
        raw = self.messages[uid - 1]
        wfile.write(f"* {uid} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        return "OK done"
