from .fixtures import connect, no_ambient_server, server

__all__ = ["connect", "no_ambient_server", "server"]
