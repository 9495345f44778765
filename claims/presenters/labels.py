"""Labels of the scale as readers see them."""

from claims.domain.scales import Label, Scale, scale, versions
from claims.presenters.parts import LabelView, ScalePlace

REVIEWERS_DIFFER = LabelView(
    "reviewers_differ",
    "Reviewers differ",
    "The reviewers did not agree. Both answers are shown, and none is preferred.",
    "differ",
    "off",
)
SUSPENDED = LabelView("suspended", "Suspended", "The verdict is hidden while we look at it again.", "warning", "off")
RETRACTED = LabelView("retracted", "Retracted", "We no longer stand by this verdict.", "warning", "off")


def view_of(label: Label) -> LabelView:
    """``label`` as it is drawn."""
    return LabelView(label.code, label.label, label.meaning, label.shape or "info", label.tone)


def verdict_words(label: LabelView, *, is_demonstration: bool) -> str:
    """The verdict as a reader meets it: “Demonstration: mixed, by the sources cited”.

    “By the sources cited” is left out where no source decided: a judgement or forecast is not checkable by any, and
    reviewers who differ did not let the sources decide.
    """
    of_sources = label.code not in ("not_checkable", "reviewers_differ", "suspended", "retracted")
    words = label.text + (", by the sources cited" if of_sources else "")
    return f"Demonstration: {words[:1].lower()}{words[1:]}" if is_demonstration else words


def places_on(rubric: Scale, code: str) -> tuple[ScalePlace, ...]:
    """The five places of the scale with that of ``code`` marked; empty if ``code`` stands off the scale."""
    ordered = rubric.ordered_support
    if code not in {label.code for label in ordered}:
        return ()
    return tuple(ScalePlace(label.label, label.code == code) for label in ordered)


def support_view(code: str, version: str = "") -> LabelView:
    """The support label of ``code`` under the rubric of ``version``, or under the newest that knows it."""
    for known in (version,) if version else reversed(versions()):
        rubric = scale(known)
        if code in {label.code for label in rubric.support}:
            return view_of(rubric.support_label(code))
    return REVIEWERS_DIFFER


def attribution_sentence(code: str, name: str, *, is_demonstration: bool = False) -> str:
    """In a line of a list, whose words these are, and how far that is established."""
    lines = {
        "said_it": f"said by {name}",
        "said_elsewhere": f"said by {name}, but elsewhere or at another time",
        "own_words": f"in the words of “{name}”",
        "no_one_named": f"attributed to someone unnamed: {name}",
    }
    return lines.get(code, f"attributed to {name}, not established as said")
