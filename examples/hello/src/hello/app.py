"""The WSGI application: `/` greets, `/health` says what runs where."""

import json
import platform
import sys
from pkgutil import get_data
from urllib.parse import parse_qs

import markupsafe

from hello import __version__


def application(environ, start_response):
    path = environ.get("PATH_INFO", "/")
    if path == "/":
        return answer(start_response, "200 OK", "text/html", greeting(environ.get("QUERY_STRING", "")))
    if path == "/health":
        return answer(start_response, "200 OK", "application/json", json.dumps(health()) + "\n")
    return answer(start_response, "404 Not Found", "text/plain", "There is no such page.\n")


def greeting(query):
    page = get_data("hello", "page.html").decode()
    name = parse_qs(query).get("name", ["world"])[0]
    return page.format(
        name=markupsafe.escape(name),
        python=markupsafe.escape(platform.python_version()),
        prefix=markupsafe.escape(sys.prefix),
    )


def health():
    return {
        "status": "ok",
        "version": __version__,
        "prefix": sys.prefix,
        "python": platform.python_version(),
        # Whether the compiled module of markupsafe was found and loaded.
        "compiled": "markupsafe._speedups" in sys.modules,
    }


def answer(start_response, status, kind, text):
    body = text.encode("utf-8")
    start_response(status, [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body)))])
    return [body]
