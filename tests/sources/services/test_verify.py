import json
import os
import time
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from sources.archive import store
from sources.models import ArtefactRole, Event, Fixity, FixityOutcome
from sources.services.remove import RemovalAsked, ask_removal, carry_out_removal
from sources.services.verify import LOOK_AGAIN_AFTER, Trouble, look_at, verify_archive, verify_slice
from tests.conftest import Cast
from tests.sources.services.copies import PAGE, flip_a_bit, make_copy, make_source, path_of

pytestmark = pytest.mark.django_db


def test_an_untouched_archive_has_no_findings_and_a_row_for_every_look(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    assert list(verify_archive()) == []
    rows = Fixity.objects.filter(artefact__capture=capture)
    assert {row.artefact.role for row in rows} == {ArtefactRole.WARC, ArtefactRole.TEXT}
    assert {row.outcome for row in rows} == {FixityOutcome.INTACT}


def test_a_flipped_bit_and_a_missing_file_are_found(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    text = capture.artefacts.get(role=ArtefactRole.TEXT)
    flip_a_bit(text.sha256)
    path_of(capture.warc_sha256).unlink()
    findings = {finding.sha256: finding for finding in verify_archive()}
    assert findings[text.sha256].trouble is Trouble.ALTERED
    assert findings[capture.warc_sha256].trouble is Trouble.MISSING
    assert findings[text.sha256].captures == (str(capture.public_id),)
    assert look_at(text).outcome == FixityOutcome.ALTERED


def test_a_file_that_no_capture_knows_is_found_once_it_is_old(cast: Cast) -> None:
    orphan = store.keep_bytes(b"nobody's")
    assert list(verify_archive()) == []
    old = time.time() - 7200
    os.utime(path_of(orphan), (old, old))
    [finding] = verify_archive()
    assert (finding.trouble, finding.sha256) == (Trouble.ORPHANED, orphan)


def test_the_command_prints_findings_and_fails(cast: Cast) -> None:
    capture = make_copy(make_source(cast.editor))
    out = StringIO()
    call_command("verify_archive", stdout=out)
    assert "unchanged" in out.getvalue()
    flip_a_bit(capture.warc_sha256)
    out = StringIO()
    with pytest.raises(CommandError, match="1 altered") as stopped:
        call_command("verify_archive", "--json", stdout=out)
    assert stopped.value.returncode == 1
    assert json.loads(out.getvalue())["sha256"] == capture.warc_sha256


def test_slices_look_at_what_was_looked_at_longest_ago(cast: Cast) -> None:
    source = make_source(cast.editor)
    captures = [make_copy(source, PAGE + str(days), days=days) for days in range(2)]
    flip_a_bit(captures[1].warc_sha256)
    found = [verify_slice(most_files=2), verify_slice(most_files=2), verify_slice(most_files=2)]
    assert [[finding.sha256 for finding in each] for each in found] == [[], [captures[1].warc_sha256], []]
    assert Fixity.objects.count() == 4
    assert Event.objects.get(action="file_altered").subject_id == captures[1].public_id
    with time_machine.travel(timezone.now() + LOOK_AGAIN_AFTER + timedelta(days=1)):
        assert len(verify_slice()) == 1
    assert Fixity.objects.count() == 8
    assert Event.objects.filter(action="file_altered").count() == 1


def test_a_slice_stops_at_its_bytes_and_passes_over_what_was_removed(cast: Cast) -> None:
    source = make_source(cast.editor)
    kept, gone = make_copy(source), make_copy(source, PAGE + "2", days=1)
    removal = ask_removal(by=cast.editor, asked=RemovalAsked(gone, "safety", "A threat."))
    carry_out_removal(by=cast.publisher, removal=removal)
    verify_slice(most_bytes=1)
    assert Fixity.objects.count() == 1
    verify_slice()
    assert set(Fixity.objects.values_list("artefact__capture", flat=True)) == {kept.pk}
