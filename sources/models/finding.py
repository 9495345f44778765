"""What archived texts are found by: disposable rows, made anew from the stored files at any time."""

from django.db import models

from sources.models.artefacts import Artefact


class TextWords(models.Model):
    """The distinct folded words of one text artefact; none where its file could not be read.

    Each database keeps an index of them in its own way (``sources.services.finding``).
    """

    artefact = models.OneToOneField(Artefact, on_delete=models.PROTECT, primary_key=True, related_name="words_row")
    words = models.TextField(blank=True, default="")

    class Meta:
        ordering = ("-artefact",)

    def __str__(self) -> str:
        return f"{len(self.words.split())} words of {self.artefact_id}"
