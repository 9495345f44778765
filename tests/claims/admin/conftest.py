"""A desk with something on every page of the admin."""

from typing import Any

import pytest

from claims.services.drafts import AppearanceDraft, CitationDraft, PartDraft
from claims.services.filing import save_topic
from claims.services.replying import ReplyDraft, record_reply
from sources.services.describing import SourceDraft, add_offline_source
from sources.services.publishers import PublisherDraft, save_publisher
from sources.services.uploading import upload
from tests.claims.services.desk_factory import PAGE, a_claim

TEXT = b"The harbour office counted two million containers in 2016. It was the largest number so far."


@pytest.fixture
def filled(cast: Any, archive_folder: Any) -> Any:
    """One claim with everything that a claim can have, and what it points at."""
    article = add_offline_source(by=cast.editor, draft=SourceDraft(title="An article"))
    topic = save_topic(by=cast.editor, name="Harbours")
    save_publisher(by=cast.editor, draft=PublisherDraft(name="The harbour office", domains=("harbour.example",)))
    claim = a_claim(
        cast.editor,
        topics=(topic,),
        parts=(PartDraft("a", "It was large."), PartDraft("b", "It was red.")),
        appearances=(AppearanceDraft(source=article, no_capture_reason="It is printed on paper."),),
        citations=(CitationDraft(url_typed=PAGE), CitationDraft(url_typed=PAGE + "/2", part="b")),
    )
    record_reply(by=cast.editor, claim=claim, draft=ReplyDraft(state="no_one_to_ask"))
    return claim


@pytest.fixture
def archived(cast: Any, filled: Any) -> Any:
    """The same claim, with a copy of its first source."""
    upload(by=cast.editor, source=filled.citations.first().source, body=TEXT, provenance="Sent by the office.")
    return filled
