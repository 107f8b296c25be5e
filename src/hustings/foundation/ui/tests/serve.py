"""Serves the test pages on a loopback port and prints it, with a session, as a line of JSON."""
# ruff: noqa: PLC0415, T201 (Django is started inside main; the line printed is what the tests read)

import json
import os
import socketserver
import sys
import tempfile
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

os.environ["DJANGO_SETTINGS_MODULE"] = "hustings.foundation.ui.tests.settings"


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


def main() -> None:
    import django
    from django.conf import settings

    folder = tempfile.TemporaryDirectory()
    settings.DATABASES["default"]["NAME"] = str(Path(folder.name) / "ui.sqlite3")
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.test import Client

    from . import fill

    call_command("migrate", verbosity=0)
    user = get_user_model().objects.create_user("june", first_name="June", last_name="Oduya", is_staff=True)
    fill.campaign_and_rail()
    client = Client()
    client.force_login(user)
    server = Server(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Quiet)
    server.set_app(get_wsgi_application())
    print(json.dumps({"port": server.server_port, "session": client.cookies["sessionid"].value}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
