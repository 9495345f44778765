"""The archive in the admin: sources and publishers over services, everything else to look at."""

from sources.admin import archive, sources

__all__ = ["archive", "sources"]
