"""Rendered pages: disposable copies of what readers get, and the rows that say which of them are no longer true.

A change that a claim's page shows writes a :class:`RenderDue` in the transaction of the change (the triggers of
``claims.models.watches`` do it, whoever writes). Rows of that table are only ever added by writers, so that no two of
them wait for one another; who rendered after having seen them takes them away. ``docs/decisions/rendered-pages.md``
says why this never leaves an old page.
"""

from django.db import models

from claims.models.statements import Claim


class PublicPage(models.Model):
    """The address of a published claim's page, and how often what was rendered of it became untrue.

    ``generation`` is the token of compare-and-set: a page rendered under an older one is neither kept nor shown.
    """

    claim = models.OneToOneField(Claim, on_delete=models.CASCADE, primary_key=True, related_name="public_page")
    slug = models.SlugField(max_length=120, unique=True)
    generation = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.slug


class PageSubject(models.Model):
    """Something by whose ``public_id`` a page knows it: the claim, a source, a speaker, a related claim."""

    page = models.ForeignKey(PublicPage, on_delete=models.CASCADE, related_name="subjects")
    subject_id = models.UUIDField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("page", "subject_id"),
                name="page_subject_unique",
                violation_error_message="A page names a subject once.",
            ),
        )

    def __str__(self) -> str:
        return str(self.subject_id)


class RenderedPage(models.Model):
    """One page as it goes out, compressed with gzip, in one variant: code, templates, settings and language."""

    page = models.ForeignKey(PublicPage, on_delete=models.CASCADE, related_name="rendered")
    variant = models.CharField(max_length=64)
    generation = models.PositiveBigIntegerField()
    body = models.BinaryField()
    etag = models.CharField(max_length=64)
    modified_s = models.BigIntegerField(help_text="When what it says last changed, in seconds since 1970.")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("page", "variant"),
                name="rendered_page_unique",
                violation_error_message="A page is kept once in each variant.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.page_id} in {self.variant[:8]}"


class RenderDue(models.Model):
    """That what was rendered of a claim's page is no longer true, or (``due_at``) should be looked at again then.

    No foreign key in the database: a writer must not wait for whoever holds the claim.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, db_constraint=False, related_name="renders_due")
    due_at = models.DateTimeField(null=True, blank=True, help_text="Empty: at once.")

    def __str__(self) -> str:
        return f"claim {self.claim_id}"


class PurgeDue(models.Model):
    """That a cache in front of the site has to drop a page; only where there is one (``PURGE_URL``)."""

    page = models.ForeignKey(PublicPage, on_delete=models.CASCADE, related_name="purges_due")

    def __str__(self) -> str:
        return str(self.page_id)


class SeenAnswer(models.Model):
    """The tag of what an address last answered, and since when as far as anybody asked. Disposable."""

    key = models.CharField(max_length=64, primary_key=True, help_text="SHA-256 of the address and the language.")
    etag = models.CharField(max_length=80)
    modified_s = models.BigIntegerField(help_text="In seconds since 1970.")

    def __str__(self) -> str:
        return self.key[:12]
