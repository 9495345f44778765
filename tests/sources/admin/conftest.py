"""The same desk as the claims' pages have."""

from tests.claims.admin.conftest import archived, filled

__all__ = ["archived", "filled"]
