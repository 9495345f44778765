"""Labels of the scale as readers see them."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from claims.domain.scales import Label, Scale, scale, versions
from claims.presenters.parts import LabelView, ScalePlace
from claims.presenters.wording import term

REVIEWERS_DIFFER = LabelView(
    "reviewers_differ",
    gettext_noop("Reviewers differ"),
    gettext_noop("The reviewers did not agree. Both answers are shown, and none is preferred."),
    "differ",
    "off",
)
SUSPENDED = LabelView(
    "suspended",
    gettext_noop("Suspended"),
    gettext_noop("The verdict is hidden while we look at it again."),
    "warning",
    "off",
)
RETRACTED = LabelView(
    "retracted", gettext_noop("Retracted"), gettext_noop("We no longer stand by this verdict."), "warning", "off"
)


UNDECIDED = ("could_not_be_checked", "not_checkable", "reviewers_differ", "suspended", "retracted")
"""Labels that no source decided."""


def view_of(label: Label) -> LabelView:
    """``label`` as it is drawn."""
    return LabelView(label.code, term(label.label), term(label.meaning), label.shape or "info", label.tone)


def spoken(view: LabelView) -> LabelView:
    """One of the three labels that stand in no scale file, in the language of the page."""
    return replace(view, text=term(view.text), means=term(view.means))


def verdict_words(label: LabelView, *, is_demonstration: bool) -> str:
    """The verdict as a reader meets it: “Demonstration: mixed, by the sources cited”.

    “By the sources cited” is left out where no source decided: a judgement or forecast is not checkable by any, what
    could not be read checks nothing, and reviewers who differ did not let the sources decide.
    """
    of_sources = label.code not in UNDECIDED
    words = _("{label}, by the sources cited").format(label=label.text) if of_sources else label.text
    if not is_demonstration:
        return words
    return _("Demonstration: {verdict}").format(verdict=words[:1].lower() + words[1:])


def places_on(rubric: Scale, code: str) -> tuple[ScalePlace, ...]:
    """The five places of the scale with that of ``code`` marked; empty if ``code`` stands off the scale."""
    ordered = rubric.ordered_support
    if code not in {label.code for label in ordered}:
        return ()
    return tuple(ScalePlace(term(label.label), label.code == code) for label in ordered)


def support_view(code: str, version: str = "") -> LabelView:
    """The support label of ``code`` under the rubric of ``version``, or under the newest that knows it."""
    for known in (version,) if version else reversed(versions()):
        rubric = scale(known)
        if code in {label.code for label in rubric.support}:
            return view_of(rubric.support_label(code))
    return spoken(REVIEWERS_DIFFER)


def attribution_sentence(code: str, name: str, *, is_demonstration: bool = False) -> str:
    """In a line of a list, whose words these are, and how far that is established."""
    lines = {
        "said_it": _("said by {name}"),
        "said_elsewhere": _("said by {name}, but elsewhere or at another time"),
        "own_words": _("in the words of “{name}”"),
        "no_one_named": _("attributed to someone unnamed: {name}"),
    }
    return lines.get(code, _("attributed to {name}, not established as said")).format(name=name)
