import json

import pytest
from django.conf import LazySettings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from sources.archive import store
from sources.domain.log_entries import FIRST, digest_of, load_openings, read_entry
from sources.models import Artefact, ArtefactRole, Capture, Event, LogEntry, LogKind, append_only
from sources.models.guards import GUARDS
from sources.services.chain_checking import breaks_in_the_chain
from sources.services.remove import RemovalAsked, ask_removal, carry_out_removal
from sources.services.sealing import seal, seal_due, unsealed
from sources.services.verify import Trouble, verify_archive
from tests.conftest import Cast
from tests.sources.services.copies import PAGE, flip_a_bit, make_copy, make_source

pytestmark = pytest.mark.django_db


def add_a_text(capture: Capture, words: bytes) -> Artefact:
    return Artefact.objects.create(
        capture=capture,
        role=ArtefactRole.TEXT,
        sha256=store.keep_bytes(words),
        bytes=len(words),
        media_type="text/plain",
        created_at=timezone.now(),
    )


def sentences() -> list[str]:
    return [broken.sentence for broken in breaks_in_the_chain()]


def test_a_closed_capture_gets_a_manifest_and_an_entry_that_commits_to_it(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    entry = seal(capture)
    assert entry is not None and entry.manifest is not None
    manifest = json.loads(store.read(entry.manifest.sha256))
    assert manifest["answer"]["body_sha256"] == capture.body_sha256
    assert {row["role"] for row in manifest["artefacts"]} == {"warc", "text"}
    assert (manifest["custody"], manifest["method"]) == ("fetched by us", "http")
    assert (entry.position, entry.previous_sha256, entry.sha256) == (1, FIRST, digest_of(entry.text))
    for told in (capture.body_sha256, capture.warc_sha256, entry.manifest.sha256, capture.url_requested):
        assert told not in entry.text
    assert load_openings(entry.openings)["manifest_sha256"].value == entry.manifest.sha256
    assert Event.objects.get(action="capture_sealed").subject_id == capture.public_id


def test_sealing_again_changes_nothing_and_later_files_get_an_entry_of_their_own(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    assert seal_due() == 1
    assert (seal_due(), seal(capture)) == (0, None)
    late = add_a_text(capture, b"another reading")
    assert seal_due(is_recent=True) == 1
    second, first = LogEntry.objects.all()
    assert (second.kind, second.previous_sha256) == (LogKind.ADDITION, first.sha256)
    assert second.manifest is not None
    assert late.sha256 in store.read(second.manifest.sha256).decode()
    assert not unsealed().exists()
    assert sentences() == []


def test_a_failed_capture_is_in_the_log_too_and_an_open_one_is_not(cast: Cast) -> None:
    source = make_source(cast.editor)
    Capture.objects.create(source=source, requested_by=cast.editor, requested_at=timezone.now())
    Capture.objects.create(
        source=source,
        requested_by=cast.editor,
        requested_at=timezone.now(),
        closed_at=timezone.now(),
        state="refused",
        failure_code="address_private",
        failure_sentence="It is not public.",
    )
    assert seal_due() == 1
    entry = LogEntry.objects.get()
    assert entry.manifest is not None
    assert json.loads(store.read(entry.manifest.sha256))["failure"]["code"] == "address_private"


def test_a_removal_keeps_the_chain_true_and_tells_nothing(cast: Cast) -> None:
    source = make_source(cast.editor)
    kept, gone = make_copy(source), make_copy(source, PAGE + "2", days=1)
    seal_due()
    manifest = gone.artefacts.get(role=ArtefactRole.MANIFEST)
    removal = ask_removal(by=cast.editor, asked=RemovalAsked(gone, "safety", "A threat."))
    with transaction.atomic():
        carry_out_removal(by=cast.publisher, removal=removal)
    entry = LogEntry.objects.get(capture=gone)
    assert entry.openings == ""
    assert LogEntry.objects.get(capture=kept).openings
    assert LogEntry.objects.first().kind == LogKind.REMOVAL  # type: ignore[union-attr]
    assert sentences() == []
    assert seal_due() == 0
    commitment = read_entry(entry.text).parts["manifest_sha256"]
    assert manifest.sha256 not in entry.text and commitment != manifest.sha256


def test_openings_lost_without_a_removal_are_a_finding(cast: Cast) -> None:
    make_copy(make_source(cast.editor))
    seal_due()
    behind_the_guards("UPDATE sources_logentry SET openings = ''")
    assert ["does not commit" in sentence for sentence in sentences()] == [True]


def behind_the_guards(statement: str) -> None:
    append_only.take_away(connection, GUARDS)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        append_only.install(connection, GUARDS)


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE sources_logentry SET text = replace(text, 'capture', 'captura') WHERE position = 2", "its digest"),
        ("DELETE FROM sources_logentry WHERE position = 2", "Entries are missing before it"),
        (f"UPDATE sources_logentry SET previous_sha256 = '{'a' * 64}' WHERE position = 2", "does not follow"),
        (
            "UPDATE sources_logentry SET manifest_id = NULL, kind = 'removal' WHERE position = 2",
            "says something else",
        ),
        ("UPDATE sources_logentry SET openings = '{}' WHERE position = 2", "does not commit"),
    ],
    ids=["text altered", "entry gone", "predecessor altered", "row altered", "openings gone"],
)
def test_what_was_done_to_the_log_behind_its_guards_is_found(cast: Cast, statement: str, says: str) -> None:
    source = make_source(cast.editor)
    for days in range(3):
        make_copy(source, PAGE + str(days), days=days)
    seal_due()
    assert sentences() == []
    behind_the_guards(statement)
    assert any(says in sentence for sentence in sentences())
    assert Trouble.BROKEN in {finding.trouble for finding in verify_archive()}


def test_the_guards_refuse_to_change_an_entry(cast: Cast) -> None:
    make_copy(make_source(cast.editor))
    seal_due()
    for change in ({"text": "{}"}, {"openings": ""}, {"position": 7}):
        with pytest.raises(DatabaseError, match="append_only_sources_logentry"), transaction.atomic():
            LogEntry.objects.update(**change)
    with pytest.raises(DatabaseError, match="append_only_sources_logentry"), transaction.atomic():
        LogEntry.objects.get().delete()


def test_an_altered_manifest_is_found(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    seal_due()
    manifest = capture.artefacts.get(role=ArtefactRole.MANIFEST)
    flip_a_bit(manifest.sha256)
    assert [(row.trouble, row.sha256) for row in verify_archive()] == [(Trouble.ALTERED, manifest.sha256)]


def test_no_authority_is_asked_unless_one_is_configured(cast: Cast, settings: LazySettings) -> None:
    assert settings.TIMESTAMP_AUTHORITIES == ()
    make_copy(make_source(cast.editor))
    seal_due()
    assert not LogEntry.objects.get().timestamps.exists()
