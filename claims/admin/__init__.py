"""The fact-check in the admin: forms over services. Ratings, drafts, pins and interests have no page here."""

from django.contrib import admin

from claims.admin import claims, people, readers, records, replies, speakers
from claims.admin.dashboard import what_to_do

admin.site.what_to_do = what_to_do  # type: ignore[attr-defined]

__all__ = ["claims", "people", "readers", "records", "replies", "speakers"]
