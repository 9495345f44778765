"""Addresses of readers' pages. They stand for ever: a page that goes answers with why."""

from django.urls import path, re_path

from claims.presenters.desk_pages import PATHS
from claims.public import (
    about,
    claims,
    corrections,
    feeds,
    lists,
    machines,
    memento,
    outlets,
    sharing,
    speakers,
    suggestions,
    works,
)

CAPTURE = "sources/<uuid:public_id>/captures/<uuid:capture_id>"

urlpatterns = [
    path("", lists.home, name="home"),
    path("claims/", lists.claims, name="claims"),
    path("claims/<slug:slug>/", claims.claim, name="claim"),
    path("claims/<slug:slug>/record.json", claims.record, name="claim_record"),
    path("claims/<slug:slug>/claimreview.json", claims.claimreview_json, name="claim_claimreview"),
    path("claims/<slug:slug>/card.png", sharing.picture, name="claim_picture"),
    path("claims/<slug:slug>/request-correction/", corrections.request_a_correction, name="request_correction"),
    path("topics/", lists.topics, name="topics"),
    path("topics/<slug:slug>/", lists.topic, name="topic"),
    path("speakers/", lists.speakers, name="speakers"),
    path("speakers/<uuid:public_id>/", speakers.speaker, name="speaker"),
    path("publishers/<uuid:public_id>/", outlets.publisher, name="publisher"),
    path("articles/<uuid:public_id>/", outlets.article, name="article"),
    path("sources/", lists.sources, name="sources"),
    path("sources/<uuid:public_id>/", works.source, name="source"),
    path("sources/<uuid:public_id>/captures/<uuid:capture_id>/", works.capture, name="capture"),
    path("sources/<uuid:public_id>/captures/<uuid:capture_id>/page/", works.capture_page, name="capture_page"),
    path(f"{CAPTURE}/compare/<uuid:other_id>/", works.compare, name="compare"),
    path(f"{CAPTURE}/copy.warc.gz", works.capture_warc, name="capture_warc"),
    path(f"{CAPTURE}/copy.wacz", works.capture_wacz, name="capture_wacz"),
    path(f"{CAPTURE}/original", works.capture_original, name="capture_original"),
    path("search/", lists.search, name="search"),
    path("corrections/", lists.corrections, name="corrections"),
    path("methodology/", about.methodology, name="methodology"),
    *(
        path(address.lstrip("/"), about.desk_page, {"kind": kind.value}, name=f"desk_{kind.value}")
        for kind, address in PATHS.items()
    ),
    path("suggest/", suggestions.suggest, name="suggest"),
    re_path(r"^feeds/verdicts\.(?P<form>atom|json)$", feeds.verdicts, name="verdicts_feed"),
    re_path(r"^feeds/corrections\.(?P<form>atom|json)$", feeds.corrections, name="corrections_feed"),
    re_path(r"^feeds/topics/(?P<slug>[-\w]+)\.(?P<form>atom|json)$", feeds.topic, name="topic_feed"),
    re_path(r"^feeds/search\.(?P<form>atom|json)$", feeds.search, name="search_feed"),
    path("claimreview.json", machines.claimreview_feed, name="claimreview_feed"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("sitemap-pages.xml", machines.sitemap_pages, name="sitemap_pages"),
    path("sitemap-<int:part>.xml", machines.sitemap_part, name="sitemap_part"),
    path("sitemap-articles-<int:part>.xml", machines.sitemap_articles, name="sitemap_articles"),
    path("embed/claims/<slug:slug>/", sharing.embed, name="claim_embed"),
    path("oembed", sharing.oembed, name="oembed"),
    path("timegate/<path:url>", memento.timegate, name="timegate"),
    path("timemap/link/<path:url>", memento.timemap, name="timemap"),
    path("robots.txt", machines.robots, name="robots"),
]
