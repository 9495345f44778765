"""Publishers, speakers and the article itself: what claims point at, made before them."""

from claims.models import Role, Speaker
from claims.services.speakers import RoleDraft, SpeakerDraft, save_speaker
from seeds.runner.desk import Desk, entered
from seeds.runner.plan import DocumentPlan, LeadPlan, SpeakerPlan, WorkPlan
from sources.models import Door, Event, Publisher, Source
from sources.services.describing import SourceDraft, add_offline_source, describe_source
from sources.services.publishers import PublisherDraft, save_publisher


def make_publishers(desk: Desk) -> dict[str, Publisher]:
    """The publishers by key; those that are missing are added."""
    there = entered("publisher_added", "name")
    made = {}
    for key, plan in desk.plan.publishers.items():
        row = Publisher.objects.filter(public_id=there[plan.name]).first() if plan.name in there else None
        made[key] = row or save_publisher(
            by=desk.editor, draft=PublisherDraft(name=plan.name, domains=plan.domains, reliability_note=plan.note)
        )
    return made


def make_speakers(desk: Desk) -> dict[str, Speaker]:
    """The speakers by key, with their aliases and roles; those that are missing are added."""
    there = entered("speaker_added", "name")
    made = {}
    for key, plan in desk.plan.speakers.items():
        row = Speaker.objects.filter(public_id=there[plan.name]).first() if plan.name in there else None
        made[key] = row or save_speaker(by=desk.editor, draft=_speaker(plan))
    return made


def _speaker(plan: SpeakerPlan) -> SpeakerDraft:
    return SpeakerDraft(
        kind=plan.kind,
        name=plan.name,
        disambiguation=plan.disambiguation,
        aliases=plan.aliases,
        roles=tuple(
            RoleDraft(
                title=role.title,
                organisation=role.organisation,
                place=role.place,
                held_edtf=role.held,
                held_printed=role.printed,
            )
            for role in plan.roles
        ),
    )


def role_of(desk: Desk, speaker: Speaker, *, of: str, key: str) -> Role | None:
    """The row of the role ``key`` of the planned speaker ``of``; None where somebody has renamed it since."""
    plan = next(role for role in desk.plan.speakers[of].roles if role.key == key)
    return speaker.roles.filter(title=plan.title, organisation=plan.organisation).first()


def make_works(desk: Desk) -> dict[str, Source]:
    """The works that have no address, by key."""
    there = entered("source_added", "title")
    made = {}
    for key, plan in desk.plan.works.items():
        row = Source.objects.filter(public_id=there[plan.title]).first() if plan.title in there else None
        made[key] = row or add_offline_source(by=desk.editor, draft=_work(plan), is_demonstration=True)
    return made


def _work(plan: WorkPlan) -> SourceDraft:
    return SourceDraft(
        title=plan.title,
        description=plan.description,
        published_edtf=plan.published,
        published_printed=plan.printed,
        language=plan.language,
    )


def describe(desk: Desk, *, source: Source, plan: DocumentPlan | LeadPlan, publisher: Publisher) -> None:
    """Say of a web source what the data says of it, once; what people say of it later stays."""
    if Event.objects.filter(action="source_described", door=Door.SEEDS.value, subject_id=source.public_id).exists():
        return
    describe_source(
        by=desk.editor,
        source=source,
        draft=SourceDraft(
            title=plan.title,
            published_edtf=plan.published,
            language="en",
            publisher=publisher,
            rights="full" if isinstance(plan, DocumentPlan) else "quoted",
            description=_DEMONSTRATION if isinstance(plan, DocumentPlan) else "",
        ),
    )


_DEMONSTRATION = (
    "A summary written for the demonstration. It says on its face of what, and where the public record is."
)
