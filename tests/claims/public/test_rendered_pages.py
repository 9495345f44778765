"""A claim's page is kept, costs one query, and is never older than the last change that readers should see."""

import gzip
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.http import http_date

from claims.domain.record_v1 import RecordRelation
from claims.models import Claim, CorrectionRequest, PublicPage, RenderDue, RenderedPage, SeenAnswer, watches
from claims.presenters.rendered_claim import html_of, variant_of
from claims.querysets import revisions_at
from claims.services import rendering
from claims.services.answering_corrections import answer_correction
from claims.services.finding_pages import Found, find_page
from claims.services.indexing import rebuild_public
from claims.services.noticing import notice_changes
from claims.services.publishing import approve
from claims.services.removing import RemovalDraft, ask_removal, carry_out_removal, places_of
from claims.services.requesting_corrections import request_correction
from claims.services.suspending import lift, lift_recheck, put_up_recheck, suspend
from claims.tasks import render_due
from sources.models import Anchoring, Capture, Passage, Source
from sources.services import remove as archive_remove
from sources.services.describing import SourceDraft, describe_source
from sources.services.judge import judge_by_hand
from sources.services.reanchor import reanchor
from tests.claims.presenters.records import a_citation, a_record, a_source, new_id, with_claim
from tests.claims.public.conftest import Publish
from tests.claims.services.publication_factory import (
    HEADLINE,
    SUMMARY,
    a_decided_round,
    a_published_claim,
    a_text,
    no_interest,
)
from tests.claims.services.round_factory import a_copy
from tests.conftest import Cast

Change = Callable[[Cast, Claim], None]
SQL = re.compile(r"^(SELECT|INSERT|UPDATE|DELETE)")
LANGUAGE = "en"


def _path(claim: Claim) -> str:
    return f"/claims/{PublicPage.objects.get(claim=claim).slug}/"


def _drawn_now(path: str) -> str:
    published = revisions_at(path.split("/")[2])
    assert published is not None
    return html_of(published[0], published[1], language=LANGUAGE)


def _warm(client: Client, path: str) -> str:
    for _ in range(2):
        response = client.get(path)
    assert response.status_code == 200
    slug = path.split("/")[2]
    found = find_page(slug=slug, variant=variant_of(LANGUAGE))
    assert found is not None
    assert found.is_true
    return str(response.content.decode())


def _queries(asked: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        asked()
    return [query["sql"] for query in captured if SQL.match(query["sql"])]


@pytest.mark.django_db
class TestKept:
    def test_a_warm_page_is_the_drawn_one_and_costs_one_query_by_its_address(
        self, client: Client, put_up: Publish
    ) -> None:
        path = put_up().path
        assert _warm(client, path) == _drawn_now(path)
        queries = _queries(lambda: client.get(path))
        assert len(queries) == 1
        assert "WHERE p.slug = " in queries[0]

    def test_a_warm_page_goes_out_compressed_to_who_takes_it(self, client: Client, put_up: Publish) -> None:
        path = put_up().path
        plain = _warm(client, path)
        response = client.get(path, headers={"accept-encoding": "gzip, br"})
        assert response["Content-Encoding"] == "gzip"
        assert gzip.decompress(response.content).decode() == plain
        assert "Accept-Encoding" in response["Vary"]
        assert "Content-Encoding" not in client.get(path)

    def test_who_has_the_page_gets_304_by_tag_or_by_time_and_the_database_hands_out_no_body(
        self, client: Client, put_up: Publish
    ) -> None:
        path = put_up().path
        _warm(client, path)
        first = client.get(path)
        for headers in (
            {"if-none-match": first["ETag"]},
            {"if-none-match": f'"other", {first["ETag"].removeprefix("W/")}'},
            {"if-none-match": "*"},
            {"if-modified-since": first["Last-Modified"]},
        ):
            again = client.get(path, headers=headers)
            assert (again.status_code, again.content) == (304, b"")
            assert again["ETag"] == first["ETag"]
            assert again["Cache-Control"] == first["Cache-Control"] == "public, no-cache"
        assert client.get(path, headers={"if-none-match": 'W/"other"'}).status_code == 200
        old = {"if-none-match": '"other"', "if-modified-since": http_date(timezone.now().timestamp() + 9)}
        assert client.get(path, headers=old).status_code == 200

    def test_a_kept_page_is_the_same_for_whoever_is_logged_in_and_sets_no_cookie(
        self, client: Client, put_up: Publish, cast: Cast
    ) -> None:
        path = put_up().path
        client.force_login(cast.publisher, backend="django.contrib.auth.backends.ModelBackend")
        drawn, kept = client.get(path), client.get(path)
        assert drawn.content == kept.content == Client().get(path).content
        assert not drawn.cookies
        assert "Cookie" not in kept["Vary"]

    def test_each_change_gets_a_time_of_its_own_even_within_a_second(
        self, client: Client, put_up: Publish, cast: Cast, noon: Any
    ) -> None:
        made = put_up()
        _warm(client, made.path)
        before = client.get(made.path)["Last-Modified"]
        suspend(by=cast.publisher, claim=made.claim, text="A fault.")
        changed = client.get(made.path, headers={"if-modified-since": before})
        assert changed.status_code == 200
        assert "Last-Modified" not in changed
        noon.shift(timedelta(seconds=2))
        assert client.get(made.path)["Last-Modified"] > before

    def test_a_setting_or_other_code_makes_another_page(self, client: Client, put_up: Publish, settings: Any) -> None:
        path = put_up().path
        _warm(client, path)
        settings.DESK_NAME = "Another Desk"
        assert "Another Desk" in client.get(path).content.decode()
        assert RenderedPage.objects.count() == 2

    def test_a_page_of_code_that_is_gone_is_forgotten_after_a_day(self, client: Client, put_up: Publish) -> None:
        path = put_up().path
        _warm(client, path)
        assert rendering.forget_other_variants(["another"]) == 0
        RenderedPage.objects.update(kept_at=timezone.now() - timedelta(days=2))
        assert rendering.forget_other_variants([variant_of(LANGUAGE)]) == 0
        assert rendering.forget_other_variants(["another"]) == 1

    def test_the_sweeper_draws_what_is_due_before_a_reader_comes(self, client: Client, put_up: Publish) -> None:
        path = put_up().path
        RenderDue.objects.filter(due_at__isnull=False).delete()
        render_due()
        assert not RenderDue.objects.exists()
        assert len(_queries(lambda: client.get(path))) == 1

    def test_one_page_that_cannot_be_drawn_keeps_no_other_waiting(
        self, client: Client, put_up: Publish, monkeypatch: Any
    ) -> None:
        broken = put_up()
        fine = put_up(with_claim(a_record(), slug="another"))

        def html(row: Any, revisions: Any, *, language: str) -> str:
            if row.slug == broken.record.claim.slug:
                raise RuntimeError("no")
            return html_of(row, revisions, language=language)

        monkeypatch.setattr("claims.tasks.html_of", html)
        render_due()
        assert rendering.pages_due(9) == [broken.record.claim.slug]
        assert len(_queries(lambda: client.get(fine.path))) == 1

    def test_a_database_that_cannot_write_now_costs_no_reader_a_page(
        self, client: Client, put_up: Publish, monkeypatch: Any
    ) -> None:
        def refuse(*_: Any, **more: Any) -> None:
            raise OperationalError("database is locked")

        path = put_up().path
        monkeypatch.setattr(RenderedPage.objects, "bulk_create", refuse)
        monkeypatch.setattr(SeenAnswer.objects, "bulk_create", refuse)
        assert "Mixed, by the sources cited" in client.get(path).content.decode()
        listed = client.get("/claims/")
        assert listed.status_code == 200
        assert listed.has_header("ETag")
        assert not listed.has_header("Last-Modified")

    def test_a_page_published_before_pages_were_kept_is_known_from_its_first_reader_on(
        self, client: Client, put_up: Publish
    ) -> None:
        path = put_up().path
        PublicPage.objects.all().delete()
        assert client.get(path).status_code == 200
        _warm(client, path)

    def test_remaking_the_index_forgets_no_page(self, client: Client, put_up: Publish) -> None:
        path = put_up().path
        before = _warm(client, path)
        rebuild_public()
        assert _warm(client, path) == before


def _with_citations(count: int) -> Any:
    record = a_record()
    citations = tuple(a_citation(number=number, source=a_source()) for number in range(1, count + 1))
    other = new_id()
    return replace(record, citations=citations, relations=(RecordRelation("repeats", other, "to"),))


@pytest.mark.django_db
def test_a_cold_page_takes_at_most_twelve_queries_however_many_sources_are_cited(
    client: Client, put_up: Publish
) -> None:
    counts = []
    for number, cited in enumerate((1, 30)):
        path = put_up(with_claim(_with_citations(cited), slug=f"cited-{number}")).path
        queries = _queries(lambda path=path: client.get(path))  # type: ignore[misc]
        counts.append(len(queries))
        assert find_page(slug=f"cited-{number}", variant=variant_of(LANGUAGE)).is_true  # type: ignore[union-attr]
    assert counts[0] == counts[1] <= 12, queries


@pytest.mark.django_db
def test_every_table_that_a_page_is_drawn_from_is_watched(client: Client, put_up: Publish) -> None:
    path = put_up(_with_citations(2)).path
    queries = _queries(lambda: client.get(path))
    read = {table for query in queries for table in re.findall(r'(?:FROM|JOIN) "?(\w+)"?', query)}
    of_keeping = {"claims_publicpage", "claims_renderedpage", "claims_renderdue"}
    assert read - of_keeping <= {watch.table for watch in watches.WATCHES}
    assert {"claims_notice", "sources_source", "sources_anchoring", "sources_removal"} <= read


@pytest.mark.django_db
def test_the_watches_stand_in_the_database() -> None:
    assert watches.installed(connection) == {watch.name(event) for watch in watches.WATCHES for event in watch.events}


def _suspend(cast: Cast, claim: Claim) -> None:
    suspend(by=cast.publisher, claim=claim, text="We look at a figure again.")


def _correct(cast: Cast, claim: Claim, kind: str = "correction") -> None:
    writeup = a_text(cast, claim, kind=kind, headline="About two million", note="A figure was wrong.")
    approve(by=cast.publisher, writeup=writeup)


def _retract(cast: Cast, claim: Claim) -> None:
    _correct(cast, claim, "retraction")


def _withdraw_source(cast: Cast, claim: Claim) -> None:
    cited = claim.citations.first()
    assert cited is not None
    writeup = a_text(cast, claim, kind="source_withdrawn", note="It took it back.", withdrawn_citation=cited)
    approve(by=cast.publisher, writeup=writeup)


def _recheck(cast: Cast, claim: Claim) -> None:
    put_up_recheck(by=cast.publisher, claim=claim, text="A reader sent a newer register.")


def _answer(cast: Cast, claim: Claim) -> None:
    asked = CorrectionRequest.objects.get(claim=claim)
    answer_correction(by=cast.editor, request=asked, outcome="no_change", text="The figure is right.")


def _cited(claim: Claim) -> Source:
    cited = claim.citations.first()
    assert cited is not None
    assert cited.source is not None
    return cited.source


def _describe(cast: Cast, claim: Claim, **more: Any) -> None:
    source = _cited(claim)
    describe_source(by=cast.editor, source=source, draft=SourceDraft(title=source.title, **more))


def _protect(cast: Cast, claim: Claim) -> None:
    _describe(cast, claim, is_protected=True, protected_reason="A person is in danger.")


def _look_again(cast: Cast, claim: Claim) -> None:
    a_copy(cast.editor, _cited(claim), text="Something else stands here now.")


def _judge(cast: Cast, claim: Claim) -> None:
    judge_by_hand(by=cast.editor, capture=Capture.objects.filter(source=_cited(claim)).latest("pk"), verdict="login",
                  reason="It asks for a password.")  # fmt: skip


def _remove_copy(cast: Cast, claim: Claim) -> None:
    capture = Capture.objects.get(source=_cited(claim))
    asked = archive_remove.RemovalAsked(subject=capture, reason="copyright", basis="A notice of the holder.")
    removal = archive_remove.ask_removal(by=cast.editor, asked=asked)
    archive_remove.carry_out_removal(by=cast.publisher, removal=removal)


def _remove_words(cast: Cast, claim: Claim) -> None:
    part = places_of(claim, SUMMARY)[-1]
    draft = RemovalDraft("recordpart", part.public_id, "court_order", "Order 1 of a court")
    removal = ask_removal(by=cast.editor, draft=draft)
    carry_out_removal(by=cast.publisher2, removal=removal)


CHANGES: dict[str, tuple[Change, str]] = {
    "a correction": (_correct, "About two million"),
    "a source withdrawn": (_withdraw_source, "Withdrawn on"),
    "a retraction": (_retract, "We no longer stand by"),
    "a suspension": (_suspend, "We look at a figure again."),
    "a re-check": (_recheck, "A reader sent a newer register."),
    "an outcome": (_answer, "The figure is right."),
    "a protected source": (_protect, "A person is in danger."),
    "a later look": (_look_again, "Still answers, seen"),
    "a removed copy": (_remove_copy, "Our copy was removed"),
    "removed words": (_remove_words, "[removed]"),
}


@pytest.mark.django_db
class TestEveryService:
    @pytest.mark.parametrize("name", CHANGES)
    def test_its_change_is_on_the_kept_page_at_once(self, client: Client, cast: Cast, name: str) -> None:
        change, words = CHANGES[name]
        claim = a_published_claim(cast)
        path = _path(claim)
        request_correction(slug=path.split("/")[2], text="The figure of 2016 is wrong, see page 9.")
        before = _warm(client, path)
        change(cast, claim)
        after = client.get(path).content.decode()
        assert words not in before
        assert words in after
        assert after == _drawn_now(path) == _warm(client, path)

    def test_what_is_lifted_comes_back_at_once(self, client: Client, cast: Cast) -> None:
        claim = a_published_claim(cast)
        path = _path(claim)
        for put, take in ((_suspend, lift), (_recheck, lift_recheck)):
            put(cast, claim)
            _warm(client, path)
            take(by=cast.publisher2, claim=claim, reason="It was right.")
            assert HEADLINE in client.get(path).content.decode()
            assert _warm(client, path) == _drawn_now(path)

    def test_a_judgement_and_what_became_of_a_passage_are_told_at_once(self, client: Client, cast: Cast) -> None:
        claim = a_published_claim(cast)
        path = _path(claim)
        _look_again(cast, claim)
        _warm(client, path)
        _judge(cast, claim)
        assert "it asks for a log-in" in client.get(path).content.decode()

    def test_a_notice_of_the_clock_is_told_at_once(self, client: Client, cast: Cast) -> None:
        claim = a_published_claim(cast)
        path = _path(claim)
        later = a_copy(cast.editor, _cited(claim), text="404", verdict="gone")
        _warm(client, path)
        assert notice_changes()
        assert later.state == "stored"
        assert "was gone when we looked on" in client.get(path).content.decode()

    def test_a_passage_looked_for_again_makes_the_page_due(self, client: Client, cast: Cast, put_up: Publish) -> None:
        claim = a_published_claim(cast)
        capture = Capture.objects.filter(source=_cited(claim)).get()
        artefact = capture.artefacts.get(role="text")
        Passage.objects.create(
            artefact=artefact, text_sha256=artefact.sha256, exact="1,980,000", start=39, end=48,
            created_by=cast.editor, created_at=timezone.now(),
        )  # fmt: skip
        later = a_copy(cast.editor, _cited(claim), text="The register counts 1,980,001 containers.")
        _warm(client, _path(claim))
        assert reanchor(capture=later)
        assert Anchoring.objects.exists()
        assert rendering.pages_due(9) == [_path(claim).split("/")[2]]

    def test_a_related_claim_that_goes_up_or_down_is_told_at_once(
        self, client: Client, put_up: Publish, cast: Cast
    ) -> None:
        other = with_claim(a_record(), slug="the-other", statement="The other claim.")
        relation = RecordRelation("repeats", other.claim.id, "to")
        path = put_up(replace(a_record(), relations=(relation,))).path
        assert "The other claim." not in _warm(client, path)
        made = put_up(other)
        assert "The other claim." in client.get(path).content.decode()
        _warm(client, path)
        suspend(by=cast.publisher, claim=made.claim, text="A fault.")
        assert "The other claim." not in client.get(path).content.decode()

    def test_a_page_that_was_removed_whole_is_gone_though_it_was_kept(
        self, client: Client, put_up: Publish, cast: Cast
    ) -> None:
        made = put_up()
        _warm(client, made.path)
        a_removal(cast, made.claim)
        for _ in range(2):
            assert client.get(made.path).status_code == 451
        render_due()
        assert client.get(made.path).status_code == 451

    def test_without_the_watches_an_old_page_would_stand(self, client: Client, cast: Cast) -> None:
        claim = a_published_claim(cast)
        path = _path(claim)
        before = _warm(client, path)
        watches.take_away(connection)
        suspend(by=cast.publisher, claim=claim, text="A fault.")
        RenderDue.objects.all().delete()
        assert client.get(path).content.decode() == before
        watches.install(connection)


def a_removal(cast: Cast, claim: Claim) -> None:
    from sources.models import Removal

    now = timezone.now()
    Removal.objects.create(
        subject_kind="claim", subject_id=claim.public_id, reason="court_order", basis="Order 1", http_status=451,
        asked_by=cast.editor, asked_at=now, done_by=cast.publisher, done_at=now,
    )  # fmt: skip


@pytest.mark.django_db
class TestRaces:
    """Who began to draw before a change and comes to keep after it must not win."""

    def _begun(self, path: str) -> tuple[Found, str]:
        found = find_page(slug=path.split("/")[2], variant=variant_of(LANGUAGE))
        assert found is not None
        return found, _drawn_now(path)

    def _late(self, cast: Cast) -> tuple[str, Claim]:
        claim = a_published_claim(cast)
        return _path(claim), claim

    def test_a_page_begun_before_a_change_and_kept_after_it_is_not_shown(self, client: Client, cast: Cast) -> None:
        path, claim = self._late(cast)
        found, old = self._begun(path)
        _suspend(cast, claim)
        rendering.keep_page(found=found, variant=variant_of(LANGUAGE), content=old.encode())
        assert "We look at a figure again." in client.get(path).content.decode()

    def test_of_two_who_draw_the_older_never_replaces_the_newer(self, client: Client, cast: Cast) -> None:
        path, claim = self._late(cast)
        found, old = self._begun(path)
        _suspend(cast, claim)
        assert "We look at a figure again." in _warm(client, path)
        rendering.keep_page(found=found, variant=variant_of(LANGUAGE), content=old.encode())
        assert "We look at a figure again." in client.get(path).content.decode()

    def test_without_taking_away_only_what_was_seen_the_old_page_would_win(
        self, client: Client, cast: Cast, monkeypatch: Any
    ) -> None:
        def take_all(found: Found) -> bool:
            RenderDue.objects.filter(claim=found.claim_pk).delete()
            return bool(PublicPage.objects.update(generation=found.generation + 1))

        path, claim = self._late(cast)
        found, old = self._begun(path)
        _suspend(cast, claim)
        monkeypatch.setattr(rendering, "_take_due", take_all)
        rendering.keep_page(found=found, variant=variant_of(LANGUAGE), content=old.encode())
        assert client.get(path).content.decode() == old

    def test_without_the_token_the_older_would_replace_the_newer(
        self, client: Client, cast: Cast, monkeypatch: Any
    ) -> None:
        path, claim = self._late(cast)
        found, old = self._begun(path)
        _suspend(cast, claim)
        _warm(client, path)
        standing = PublicPage.objects.get(claim=claim).generation
        monkeypatch.setattr(rendering, "_take_due", lambda found: True)
        unguarded = replace(found, generation=standing - bool(found.due))
        rendering.keep_page(found=unguarded, variant=variant_of(LANGUAGE), content=old.encode())
        assert client.get(path).content.decode() == old


@pytest.fixture
def guarded() -> Iterator[None]:
    """The watches stand, whatever an earlier transactional test emptied."""
    watches.install(connection)
    yield


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("guarded")
class TestOnPostgres:
    def test_a_page_kept_while_a_change_is_not_committed_yet_is_not_shown_after_it(
        self, client: Client, cast: Cast
    ) -> None:
        claim = a_published_claim(cast)
        publisher, path = cast.publisher, _path(claim)
        written, kept = threading.Event(), threading.Event()

        def change() -> None:
            try:
                with transaction.atomic():
                    suspend(by=publisher, claim=claim, text="We look at a figure again.")
                    written.set()
                    assert kept.wait(30)
            finally:
                connection.close()

        thread = threading.Thread(target=change)
        thread.start()
        assert written.wait(30)
        assert "We look at a figure again." not in _warm(client, path)
        kept.set()
        thread.join(30)
        assert "We look at a figure again." in client.get(path).content.decode()

    def test_a_process_killed_right_after_its_commit_leaves_no_old_page(self, client: Client, cast: Cast) -> None:
        claim = a_published_claim(cast)
        publisher, path = cast.publisher, _path(claim)
        _warm(client, path)
        connection.close()
        child = os.fork()
        if child == 0:
            try:
                suspend(by=publisher, claim=claim, text="We look at a figure again.")
            finally:
                os.kill(os.getpid(), signal.SIGKILL)
        assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        assert "We look at a figure again." in client.get(path).content.decode()

    def test_many_who_draw_while_it_changes_leave_the_newest(self, cast: Cast) -> None:
        claim = a_published_claim(cast)
        publisher, second, path = cast.publisher, cast.publisher2, _path(claim)
        faults: list[str] = []
        done = threading.Event()

        def read() -> None:
            try:
                while not done.is_set():
                    if Client().get(path).status_code != 200:
                        faults.append("status")
            except Exception as error:
                faults.append(repr(error))
            finally:
                connection.close()

        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        for number in range(5):
            put_up_recheck(by=publisher, claim=claim, text=f"Look {number}.")
            if f"Look {number}." not in Client().get(path).content.decode():
                faults.append(f"old page at {number}")
            lift_recheck(by=second, claim=claim, reason="Done.")
        done.set()
        for thread in threads:
            thread.join(60)
        assert not faults
        assert Client().get(path).content.decode() == _drawn_now(path)


@pytest.mark.django_db
def test_a_publication_is_looked_at_again_when_it_has_settled(client: Client, put_up: Publish, noon: Any) -> None:
    path = put_up().path
    _warm(client, path)
    assert rendering.pages_due(9) == []
    noon.shift(rendering.SETTLED_AFTER)
    assert rendering.pages_due(9) == [path.split("/")[2]]


@pytest.mark.django_db
def test_a_scheduled_publication_has_no_page_before_its_time(client: Client, cast: Cast) -> None:
    round_ = a_decided_round(cast)
    no_interest(round_, cast.publisher)
    approve(by=cast.publisher, writeup=a_text(cast, round_.claim), publish_at=timezone.now() + timedelta(days=1))
    assert not PublicPage.objects.exists()
