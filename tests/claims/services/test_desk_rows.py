"""Speakers, topics, relations, replies and holds."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from claims.models import Claim, Role
from claims.services.drafts import LinkDraft
from claims.services.filing import file_under, relate, save_topic, unrelate
from claims.services.holding import hold, release
from claims.services.replying import ReplyDraft, record_answer, record_reply
from claims.services.speakers import RoleDraft, SpeakerDraft, save_speaker
from sources.domain.errors import Several, WrongPerson, WrongState
from sources.models import Event
from tests.claims.services.desk_factory import a_claim, a_speaker

pytestmark = pytest.mark.django_db

ANA = SpeakerDraft(kind="person", name="Ana Ruíz", roles=(RoleDraft(title="minister", held_edtf="2014/2018"),))


def codes(error: pytest.ExceptionInfo[Several]) -> list[tuple[str, str]]:
    return [(each.code, each.field) for each in error.value.errors]


def test_keeps_a_speaker_with_roles_and_other_names(cast: Any) -> None:
    speaker = save_speaker(by=cast.editor, draft=replace(ANA, aliases=("A. Ruiz", "Анна Руис")))
    assert speaker.name_folded == "ana ruiz"
    assert sorted(alias.name_folded for alias in speaker.aliases.all()) == ["a. ruiz", "анна руис"]
    role = speaker.roles.get()
    assert (role.held_earliest_on.year, role.held_latest_on.year) == (2014, 2018)  # type: ignore[union-attr]
    kept = RoleDraft(title="prime minister", public_id=role.public_id)
    save_speaker(by=cast.editor, draft=replace(ANA, roles=(kept,)), speaker=speaker)
    assert Role.objects.get() == role
    assert not speaker.aliases.exists()
    assert Event.objects.filter(action="speaker_edited").count() == 1


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"kind": "ghost"}, ("speaker_kind_unknown", "kind")),
        ({"name": " "}, ("text_missing", "name")),
        ({"name": "x" * 301}, ("text_too_long", "name")),
        ({"roles": (RoleDraft(title=""),)}, ("text_missing", "roles-0-title")),
        ({"roles": (RoleDraft(title="x", held_edtf="2018/2014"),)}, ("date_invalid", "roles-0-held_edtf")),
        ({"aliases": ("ANA RUIZ",)}, ("alias_twice", "aliases-0-name")),
    ],
    ids=["kind", "no name", "long name", "role without title", "role that ends first", "alias that is the name"],
)
def test_says_what_is_wrong_with_a_speaker(cast: Any, change: dict[str, Any], found: tuple[str, str]) -> None:
    with pytest.raises(Several) as refused:
        save_speaker(by=cast.editor, draft=replace(ANA, **change))
    where = [field for _, field in codes(refused)]
    assert found[1] in where
    if found[0] != "date_invalid":
        assert found in codes(refused)


def test_tells_namesakes_apart(cast: Any) -> None:
    save_speaker(by=cast.editor, draft=ANA)
    with pytest.raises(Several) as refused:
        save_speaker(by=cast.editor, draft=replace(ANA, name="ANA RUIZ", roles=()))
    assert codes(refused) == [("speaker_taken", "disambiguation")]
    assert save_speaker(by=cast.editor, draft=replace(ANA, disambiguation="painter")).pk


def test_keeps_a_role_that_a_claim_names(cast: Any) -> None:
    speaker = a_speaker(cast.editor)
    role = speaker.roles.get()
    a_claim(cast.editor, speaker=speaker, links=(LinkDraft(speaker=speaker, role=role, is_attributed=True),))
    with pytest.raises(Several) as refused:
        save_speaker(by=cast.editor, draft=SpeakerDraft(kind="person", name="Ana Ruiz"), speaker=speaker)
    assert codes(refused) == [("role_in_use", "roles")]


def test_topics_fold_and_keep_their_address(cast: Any) -> None:
    topic = save_topic(by=cast.editor, name="Migración")
    assert (topic.name_folded, topic.slug) == ("migracion", "migracion")
    with pytest.raises(Several) as refused:
        save_topic(by=cast.editor, name="MIGRACION")
    assert codes(refused) == [("topic_taken", "name")]
    assert save_topic(by=cast.editor, name="Movement", topic=topic).slug == "migracion"
    assert save_topic(by=cast.editor, name="Порты").slug.startswith("topic-")


def test_filing_and_relating_are_events_and_no_new_version(cast: Any) -> None:
    one = a_claim(cast.editor)
    two = a_claim(cast.editor, speaker=one.links.get().speaker)
    file_under(by=cast.editor, claim=one, topics=[save_topic(by=cast.editor, name="Ports")])
    relation = relate(by=cast.editor, claim=one, kind="qualifies", other=two, note="The same week.")
    assert relate(by=cast.editor, claim=one, kind="qualifies", other=two, note="The same week.") == relation
    with pytest.raises(Several) as refused:
        relate(by=cast.editor, claim=one, kind="mocks", other=one)
    assert [code for code, _ in codes(refused)] == ["relation_unknown", "related_to_itself"]
    unrelate(by=cast.editor, relation=relation)
    one.refresh_from_db()
    assert (one.version, one.topics.count(), one.relations.count()) == (1, 1, 0)
    actions = Event.objects.filter(subject_id=one.public_id).values_list("action", flat=True)
    assert {"claim_filed", "claim_related", "claim_unrelated"} <= set(actions)


def test_a_question_and_its_answer(cast: Any) -> None:
    claim = a_claim(cast.editor)
    now = timezone.now()
    draft = ReplyDraft(
        state="asked", addressee="The ministry", asked_at=now - timedelta(days=3), deadline_at=now + timedelta(days=2)
    )
    reply = record_reply(by=cast.editor, claim=claim, draft=draft)
    with pytest.raises(Several) as early:
        record_answer(by=cast.editor, reply=reply, text="Here.", received_at=now - timedelta(days=9))
    assert codes(early) == [("received_before_asking", "received_at")]
    answered = record_answer(by=cast.editor, reply=reply, text="Here it is.", received_at=now - timedelta(hours=1))
    assert answered.text == "Here it is."
    with pytest.raises(WrongState) as twice:
        record_answer(by=cast.editor, reply=reply, text="And more.", received_at=now)
    assert twice.value.code == "answered_already"


@pytest.mark.parametrize(
    ("draft", "found"),
    [
        (ReplyDraft(state="asked"), ["addressee", "asked_at", "deadline_at"]),
        (ReplyDraft(state="not_asked"), ["reason"]),
        (ReplyDraft(state="perhaps"), ["state"]),
    ],
    ids=["asked nobody at no time", "not asked for no reason", "neither"],
)
def test_says_what_a_question_lacks(cast: Any, draft: ReplyDraft, found: list[str]) -> None:
    claim = a_claim(cast.editor)
    with pytest.raises(Several) as refused:
        record_reply(by=cast.editor, claim=claim, draft=draft)
    assert [field for _, field in codes(refused)] == found
    assert not claim.replies.exists()


def test_holds_once_and_releases_once(cast: Any) -> None:
    claim = a_claim(cast.editor)
    with pytest.raises(WrongPerson):
        hold(by=cast.reviewer_a, claim=claim, reason="Because.")
    with pytest.raises(Several) as refused:
        hold(by=cast.editor, claim=claim, reason="", until=timezone.now() - timedelta(days=1))
    assert codes(refused) == [("text_missing", "reason"), ("hold_over", "until")]
    held = hold(by=cast.editor, claim=claim, reason="A lawyer reads it.")
    assert held.hold_by == cast.editor
    with pytest.raises(WrongState) as again:
        hold(by=cast.publisher, claim=claim, reason="Me too.")
    assert again.value.code == "held_already"
    release(by=cast.publisher, claim=claim)
    with pytest.raises(WrongState) as free:
        release(by=cast.publisher, claim=claim)
    assert free.value.code == "not_held"
    assert Claim.objects.get(pk=claim.pk).hold_reason == ""
    assert Event.objects.filter(action__in=("claim_held", "claim_released")).count() == 2
