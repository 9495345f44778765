"""The passages that an editor points at in a citation's archived text; a dossier freezes them."""

from django.contrib.auth.models import User
from django.db import transaction

from claims.models import Citation, CitedPassage, Claim
from claims.permissions import EDITOR, require
from claims.services.dossiers import copy_for
from claims.services.versions import grow_version
from sources.domain.errors import BadInput, WrongState
from sources.models import Passage
from sources.services.quote import pin_quote


def choose_passage(*, by: User, citation: Citation, passage: Passage) -> CitedPassage:
    """Point at ``passage`` for ``citation``: a new version of the claim.

    Raises ``BadInput`` (``passage_of_another_source``), ``WrongState`` (``passage_chosen_already``) and
    ``WrongPerson``.
    """
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=citation.claim_id)
        if citation.cited_passages.filter(passage=passage).exists():
            raise WrongState("passage_chosen_already", "This passage is chosen already.")
        require(by, EDITOR)
        if passage.artefact.capture.source_id != citation.source_id:
            raise BadInput("passage_of_another_source", "This passage stands in another source.", field="passage")
        chosen = CitedPassage.objects.create(citation=citation, passage=passage)
        grow_version(by=by, claim=claim, action="passage_chosen", after=_named(citation, passage))
    return chosen


def choose_quote(*, by: User, citation: Citation, exact: str, prefix: str = "", suffix: str = "") -> CitedPassage:
    """Find the words ``exact`` in the copy of ``citation`` that a round would freeze, and point at them.

    Raises ``WrongState`` (``no_copy``), what ``sources.services.quote.pin_quote`` raises (``quote_not_found``,
    ``quote_ambiguous`` …), and what :func:`choose_passage` raises.
    """
    require(by, EDITOR)
    copy = copy_for(citation)
    if copy is None:
        raise WrongState("no_copy", "There is no usable copy of this source to choose a passage in.")
    passage = pin_quote(by=by, capture=copy.capture, exact=exact, prefix=prefix, suffix=suffix)
    return choose_passage(by=by, citation=citation, passage=passage)


def drop_passage(*, by: User, citation: Citation, passage: Passage) -> Claim:
    """Point at ``passage`` no longer. Raises ``WrongState`` (``passage_not_chosen``) and ``WrongPerson``."""
    with transaction.atomic():
        claim = Claim.objects.select_for_update().get(pk=citation.claim_id)
        chosen = citation.cited_passages.filter(passage=passage).first()
        if chosen is None:
            raise WrongState("passage_not_chosen", "This passage is not chosen.")
        require(by, EDITOR)
        chosen.delete()
        return grow_version(by=by, claim=claim, action="passage_dropped", before=_named(citation, passage))


def _named(citation: Citation, passage: Passage) -> dict[str, str]:
    return {"citation": str(citation.public_id), "passage": str(passage.public_id)}
