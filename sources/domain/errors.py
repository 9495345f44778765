"""The one family of errors that a service raises and an edge turns into an answer.

Every error carries a stable ``code`` for programs (snake_case, never renamed once released), a full
``sentence`` for people, and, where one typed field is to blame, the ``field`` it belongs to. ``status``
is the HTTP status that the web doors answer with. A wrong person and a wrong state are two errors.
"""

from typing import ClassVar


class DeskError(Exception):
    """Base of all refusals. Never raised itself."""

    status: ClassVar[int] = 400

    def __init__(self, code: str, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.field = field


class BadInput(DeskError):
    """What was typed cannot be taken as it stands."""

    status = 400


class WrongPerson(DeskError):
    """This person may not do this."""

    status = 403


class NotFound(DeskError):
    """There is nothing here under that name."""

    status = 404


class WrongState(DeskError):
    """Nobody may do this now."""

    status = 409


class Gone(DeskError):
    """It was here and was removed on purpose."""

    status = 410


class Several(BadInput):
    """More than one thing was wrong with one input; ``errors`` lists them in the order of the form."""

    def __init__(self, errors: list[DeskError]) -> None:
        super().__init__("several", " ".join(error.sentence for error in errors))
        self.errors = errors
