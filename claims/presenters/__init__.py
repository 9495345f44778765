"""Record → page, API answer, ClaimReview, feed entry: one presenter for all of them.

A presenter reads a revision's record, in any schema ever published, and the few live rows that may add to it
(today's state of a source, rights, removals, notices, outcomes of correction requests, redirects). What it returns is
frozen and finished: templates and serializers only lay it out.
"""
