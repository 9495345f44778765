"""Addresses of the review desk."""

from django.urls import path

from claims.desk import (
    assignments,
    captures,
    copies,
    looking,
    mail,
    methods,
    passages,
    publication,
    rating,
    redaction,
    replies,
    rounds,
    views,
)

app_name = "desk"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("methods/", methods.methods, name="methods"),
    path("take/", rating.take, name="take"),
    path("rounds/<uuid:round_id>/", rounds.round_, name="round"),
    path("assignments/", assignments.assignments, name="assignments"),
    path("mail/", mail.mail, name="mail"),
    path("rounds/<uuid:round_id>/people/", assignments.people, name="people"),
    path("rounds/<uuid:round_id>/interests/", rounds.interests, name="interests"),
    path("rounds/<uuid:round_id>/rate/", rating.rate, name="rate"),
    path("rounds/<uuid:round_id>/draft/", rating.keep, name="draft"),
    path("rounds/<uuid:round_id>/evidence/", rounds.evidence, name="evidence"),
    path("rounds/<uuid:round_id>/discuss/", rounds.discuss, name="discuss"),
    path("rounds/<uuid:round_id>/send/", rounds.send, name="send"),
    path("rounds/<uuid:round_id>/adjudicate/", rounds.adjudicate, name="adjudicate"),
    path("rounds/<uuid:round_id>/glass/", rounds.glass, name="glass"),
    path("interests/<uuid:interest_id>/", rounds.accept, name="accept_interest"),
    path("evidence/<uuid:request_id>/", rounds.answer_evidence, name="answer_evidence"),
    path("claims/<uuid:claim_id>/", publication.claim, name="claim"),
    path("claims/<uuid:claim_id>/write/", publication.write, name="write"),
    path("claims/<uuid:claim_id>/passages/", passages.passages, name="passages"),
    path("claims/<uuid:claim_id>/reply/", replies.reply, name="reply"),
    path("texts/<uuid:writeup_id>/", publication.approve, name="approve"),
    path("texts/<uuid:writeup_id>/redact/", redaction.redaction, name="redact"),
    path("corrections/<uuid:request_id>/", publication.correction, name="answer_correction"),
    path("notices/<uuid:notice_id>/", looking.look_again, name="look_again"),
    path("sources/<uuid:source_id>/captures/", captures.captures, name="captures"),
    path("copies/<uuid:source_id>/<uuid:capture_id>/", copies.copy, name="copy"),
    path("copies/<uuid:source_id>/<uuid:capture_id>/page/", copies.page, name="copy_page"),
    path("copies/<uuid:source_id>/<uuid:capture_id>/original/", copies.original, name="copy_original"),
    path("copies/<uuid:source_id>/<uuid:capture_id>/files/<uuid:artefact_id>/", copies.file, name="copy_file"),
]
