"""What goes wrong while fetching, as one exception."""


class FetchProblem(Exception):
    """A failure with its code from ``sources.domain.failures``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
