"""The program `hello-client`."""

import argparse
import sys
from urllib.error import URLError
from urllib.request import urlopen

from hello import __version__


def main():
    parser = argparse.ArgumentParser(prog="hello-client", description="Ask a hello-server how it is.")
    parser.add_argument("--version", action="version", version=f"hello-client {__version__}")
    parser.add_argument("--port", type=int, default=8080, help="the port of the server (default: %(default)s)")
    options = parser.parse_args()
    address = f"http://127.0.0.1:{options.port}/health"
    try:
        with urlopen(address, timeout=10) as response:
            sys.stdout.write(response.read().decode("utf-8"))
    except URLError as error:
        sys.exit(f"hello-client: {address}: {error.reason}")
