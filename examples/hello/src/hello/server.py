"""The program `hello-server`."""

import argparse

import waitress

from hello import __version__
from hello.app import application


def main():
    parser = argparse.ArgumentParser(prog="hello-server", description="Serve greetings over HTTP.")
    parser.add_argument("--version", action="version", version=f"hello-server {__version__}")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="the port to listen on (default: %(default)s)")
    options = parser.parse_args()
    print(f"hello-server listens on http://{options.host}:{options.port}/", flush=True)
    waitress.serve(application, host=options.host, port=options.port, _quiet=True)
