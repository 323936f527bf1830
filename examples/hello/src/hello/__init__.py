"""A small web service that greets."""

from importlib.metadata import version

__version__ = version("hello-service")
