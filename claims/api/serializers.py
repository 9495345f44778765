"""The shapes of the API's answers on claims, revisions and speakers. ``answers`` fills them."""

from rest_framework import serializers

from sources.api import SourceLineSerializer


class VerdictSerializer(serializers.Serializer[object]):
    """The verdict. ``value`` stands on the scale from 1 (contradicted) to 5 (supported), and is null off it."""

    support = serializers.CharField(allow_blank=True, help_text="A code of the rubric; empty where reviewers differ.")
    words = serializers.CharField(help_text="As readers see it.")
    value = serializers.IntegerField(allow_null=True, help_text="Null off the scale and on every demonstration.")
    confidence = serializers.CharField(allow_blank=True)
    outcome = serializers.CharField()


class AttributionSerializer(serializers.Serializer[object]):
    """Whose words these are. Only ``said_it`` establishes that the named speaker said them."""

    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    words = serializers.CharField()


class ClaimLineSerializer(serializers.Serializer[object]):
    """A published claim in a list. Verdict and attribution are null while the page is suspended or retracted."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=("up", "suspended", "retracted"))
    url = serializers.CharField()
    api_url = serializers.CharField()
    language = serializers.CharField()
    statement = serializers.CharField()
    headline = serializers.CharField(allow_blank=True)
    verdict = VerdictSerializer(allow_null=True)
    attribution = AttributionSerializer(allow_null=True)
    is_demonstration = serializers.BooleanField()
    first_published_at = serializers.DateTimeField()
    revised_at = serializers.DateTimeField()


class ClaimPageSerializer(serializers.Serializer[object]):
    """A slice of the claims, newest first; ``next`` is the address of what follows."""

    next = serializers.CharField(allow_null=True)
    results = ClaimLineSerializer(many=True)


class RevisionLineSerializer(serializers.Serializer[object]):
    """One publication of a claim."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    kind = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    published_at = serializers.DateTimeField()
    schema = serializers.IntegerField()
    record_sha256 = serializers.CharField()
    previous_sha256 = serializers.CharField(allow_blank=True)
    api_url = serializers.CharField()


class NoticeSerializer(serializers.Serializer[object]):
    """A dated line on the page that is no revision."""

    title = serializers.CharField()
    day = serializers.CharField()
    text = serializers.CharField()


class ClaimSerializer(ClaimLineSerializer):
    """A claim with its newest record. ``record`` and ``claimreview`` are null while the verdict is hidden."""

    record = serializers.DictField(allow_null=True, help_text="The newest record, words that were removed marked so.")
    record_sha256 = serializers.CharField()
    claimreview = serializers.DictField(allow_null=True)
    notices = NoticeSerializer(many=True)
    sources_today = serializers.DictField(help_text="By source id: what became of it since, in words.")
    revisions = RevisionLineSerializer(many=True)


class RevisionSerializer(RevisionLineSerializer):
    """A revision with its record, and the exact text that was hashed."""

    claim = serializers.CharField(help_text="API address of the claim.")
    record = serializers.DictField(allow_null=True)
    text = serializers.CharField(allow_null=True, help_text="RFC 8785; its SHA-256 is record_sha256.")


class SpeakerLineSerializer(serializers.Serializer[object]):
    """A named speaker to whom a published claim is attributed."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.CharField()
    api_url = serializers.CharField()


class SpeakerPageSerializer(serializers.Serializer[object]):
    """A slice of the speakers, by name; ``next`` is the address of what follows."""

    next = serializers.CharField(allow_null=True)
    results = SpeakerLineSerializer(many=True)


class SourcePageSerializer(serializers.Serializer[object]):
    """A slice of the sources, by title; ``next`` is the address of what follows."""

    next = serializers.CharField(allow_null=True)
    results = SourceLineSerializer(many=True)


class SpeakerSerializer(SpeakerLineSerializer):
    """What they are established to have said, and apart from it what is only attributed to them. No sums."""

    established = ClaimLineSerializer(many=True)
    established_next = serializers.CharField(allow_null=True, help_text="Address of the established that follow.")
    attributed_not_established = ClaimLineSerializer(many=True)
    attributed_not_established_next = serializers.CharField(
        allow_null=True, help_text="Address of those that follow."
    )


class ErrorSerializer(serializers.Serializer[object]):
    """A refusal: a stable code for programs and a sentence for people."""

    code = serializers.CharField()
    sentence = serializers.CharField()
