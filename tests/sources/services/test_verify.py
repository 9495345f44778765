import json
import os
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from sources.archive import store
from sources.models import ArtefactRole, Fixity, FixityOutcome
from sources.services.verify import Trouble, look_at, verify_archive
from tests.conftest import Cast
from tests.sources.services.copies import flip_a_bit, make_copy, make_source, path_of

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
