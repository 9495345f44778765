"""The shapes in which the API shows sources and captures. What may be shown is decided by who fills them."""

from rest_framework import serializers


class FactSerializer(serializers.Serializer[object]):
    """A name and what is so, in words."""

    name = serializers.CharField()
    text = serializers.CharField()


class SourceLineSerializer(serializers.Serializer[object]):
    """A source in a list."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    api_url = serializers.CharField()
    url = serializers.CharField(help_text="Its page on this site.")


class CaptureLineSerializer(serializers.Serializer[object]):
    """One dated look at a source."""

    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=("stored", "failed", "refused"))
    method = serializers.CharField()
    captured_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField()
    words = serializers.CharField(help_text="What came of it, in words.")
    api_url = serializers.CharField()


class SourceSerializer(SourceLineSerializer):
    """A source, where it is cited, and when it was looked at."""

    live_url = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_blank=True)
    facts = FactSerializer(many=True)
    rights = serializers.ChoiceField(choices=("quoted", "full", "digest"))
    is_demonstration = serializers.BooleanField()
    cited_by = serializers.ListField(child=serializers.CharField(), help_text="API addresses of claims.")
    appeared = serializers.ListField(child=serializers.CharField(), help_text="API addresses of claims.")
    next = serializers.CharField(allow_null=True, help_text="Address of the claims that follow; null at the end.")
    captures = CaptureLineSerializer(many=True)


class CaptureSerializer(CaptureLineSerializer):
    """One look in full: how it came, its digests, and the passages that may be shown."""

    source = serializers.CharField(help_text="API address of the source.")  # type: ignore[assignment]
    url = serializers.CharField(help_text="Its page on this site.")
    url_requested = serializers.CharField(allow_blank=True)
    final_url = serializers.CharField(allow_blank=True)
    http_status = serializers.IntegerField(allow_null=True)
    media_type = serializers.CharField(allow_blank=True)
    bytes = serializers.IntegerField()
    body_sha256 = serializers.CharField(allow_blank=True)
    warc_sha256 = serializers.CharField(allow_blank=True)
    text_sha256 = serializers.CharField(allow_blank=True)
    rights = serializers.ChoiceField(choices=("quoted", "full", "digest"))
    passages = serializers.ListField(child=serializers.DictField(), help_text="exact, prefix, suffix, start, end.")
