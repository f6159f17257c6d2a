"""The tables, alike on SQLite and PostgreSQL. Columns bear the names of the fields in `storage.records`.

A story has no row of its own: its number is the id of the article that it began with. The full-text index is not here:
it is derived from `texts` and made by `storage.search`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.columns import Id, Moment

#: The revision of `storage/migrations` that these tables are.
REVISION = "0006"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


def _table(name: str, *columns: Any, rowid: bool = True) -> Table:
    return Table(name, metadata, *columns, sqlite_with_rowid=rowid)


meta = _table("meta", _text("key", key=True), _text("value"), Column("changed_at", Moment, nullable=False))

sources = _table(
    "sources",
    _text("id", key=True),
    _text("name"),
    _text("url"),
    #: Whom politeness is owed; `addresses.host_of(url)`.
    _text("host"),
    _text("province"),
    Column("level", Text),
    _text("family"),
    Column("enabled", Boolean, nullable=False),
    Column("encoding", Text),
    Column("item_selector", Text),
    Column("title_selector", Text),
    Column("date_selector", Text),
    Column("body_selector", Text),
    Column("headers", JSON, nullable=False),
    Column("referer", Text),
    Column("proxy", Text),
    Column("delay", Float),
    Column("max_pages", Integer),
    Column("active_hours", Text),
    Column("legacy_tls", Boolean, nullable=False),
    Column("verify_tls", Boolean, nullable=False),
    Column("allow_private", Boolean, nullable=False),
    _text("fact_origin"),
    _text("confidence"),
    _text("notes"),
    #: Removed sources stay, because their articles say where they come from.
    Column("removed", Boolean, nullable=False, server_default=text("false")),
    Index(None, "host"),
)

states = _table(
    "states",
    Column("source_id", Text, ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
    Column("next_visit_at", Moment),
    Column("first_read_at", Moment),
    Column("last_visit_at", Moment),
    Column("last_outcome", Text),
    Column("failures", Integer, nullable=False, server_default=text("0")),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("list_hash", Text),
    Column("list_links", Integer, nullable=False, server_default=text("0")),
    Column("watermark", Moment),
    Column("damage", Text),
    #: Claims since the last visit that ended: a source that kills its crawler is put off longer each time.
    Column("unfinished", Integer, nullable=False, server_default=text("0")),
    Index(None, "next_visit_at"),
)

hosts = _table(
    "hosts",
    _text("host", key=True),
    Column("token", Text),
    Column("until", Moment, nullable=False),
    Column("next_request_at", Moment, nullable=False),
)

visits = _table(
    "visits",
    Column("id", Id, primary_key=True),
    _text("source_id"),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=False),
    _text("outcome"),
    _text("detail"),
    Column("requests", Integer, nullable=False),
    Column("links", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("matched", Integer, nullable=False),
    Column("problems", Integer, nullable=False),
    Column("undated", Integer, nullable=False, server_default=text("0")),
    Column("untitled", Integer, nullable=False, server_default=text("0")),
    Index(None, "source_id", "ended_at"),
    Index(None, "ended_at"),
)

sightings = _table(
    "sightings",
    _text("key", key=True),
    _text("source_id", key=True),
    _text("url"),
    _text("list_url"),
    _text("title"),
    Column("date", Date),
    #: Seen there first.
    Column("seen_at", Moment, nullable=False),
    rowid=False,
)

misreadings = _table(
    "misreadings",
    _text("key", key=True),
    _text("url"),
    _text("source_id"),
    _text("kind"),
    _text("evidence"),
    Column("tried_at", Moment, nullable=False),
    Column("tries", Integer, nullable=False),
)

#: Narrow rows, so that filters read little; what is long is in `texts`.
articles = _table(
    "articles",
    Column("id", Id, primary_key=True),
    Column("story_id", Id),
    _text("relation"),
    _text("url"),
    _text("key"),
    Column("source_id", Text, ForeignKey("sources.id"), nullable=False),
    #: It matched a watch: an item.
    Column("item", Boolean, nullable=False),
    Column("backlog", Boolean, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("published_at", Moment),
    #: `subjects.moment`: what since:, until: and "newest" go by.
    Column("moment", Moment, nullable=False),
    Column("precision", Text),
    _text("title"),
    _text("subtitle"),
    _text("origin"),
    _text("author"),
    _text("editor"),
    _text("column"),
    #: Folded, for the fields of the query language.
    _text("folded_origin"),
    _text("folded_author"),
    Column("attachment_count", Integer, nullable=False),
    Column("image", Text),
    _text("encoding"),
    _text("decoded"),
    Column("repairs", JSON, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("how", JSON, nullable=False),
    #: `revisions.signature` of title and text: equal means unchanged.
    _text("signature"),
    UniqueConstraint("key"),
    Index(None, "story_id"),
    # With all that a search by source asks of an article: 1.6 ms for a province of 300,000, 30 where rows are read.
    Index(None, "source_id", "moment", "id", "item"),
    Index(None, "moment", "id"),
    Index(None, "item", "moment", "id"),
    Index(None, "seen_at"),
)

#: Gone when an article without a match has been kept for its time.
texts = _table(
    "texts",
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _text("text"),
    Column("attachments", JSON, nullable=False),
    #: `Subject.folded_titles` and `.folded_bodies`, one a line: no term of a query holds a line end.
    _text("folded_title"),
    _text("folded_text"),
)

revisions = _table(
    "revisions",
    Column("id", Id, primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    _text("title"),
    _text("text"),
    Column("replaced_at", Moment, nullable=False),
    Index(None, "article_id"),
)

fingerprints = _table(
    "fingerprints",
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),
    Column("story_id", BigInteger, nullable=False),
    Column("print", LargeBinary, nullable=False),
    Index(None, "story_id"),
)

#: Hashes of sentences and shingles; see `storage.stories`. No foreign key: some twenty rows an article.
neighbours = _table(
    "neighbours",
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("article_id", BigInteger, primary_key=True, autoincrement=False),
    Index(None, "article_id"),
    rowid=False,
)

matches = _table(
    "matches",
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    _text("watch", key=True),
    Column("score", Float, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("words", JSON, nullable=False),
    Column("rule_version", Integer, nullable=False),
    Column("matched_at", Moment, nullable=False),
    Index(None, "watch", "article_id"),
)

dictionaries = _table(
    "dictionaries",
    Column("id", Id, primary_key=True),
    _text("source_id"),
    Column("body", LargeBinary, nullable=False),
    Index(None, "source_id"),
)

pages = _table(
    "pages",
    Column("id", Id, primary_key=True),
    Column("article_id", Id, ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
    #: 0, or which of the further pages (下一页) of the row with part 0 before it.
    Column("part", Integer, nullable=False, server_default=text("0")),
    _text("url"),
    Column("status", Integer, nullable=False),
    Column("headers", JSON, nullable=False),
    Column("fetched_at", Moment, nullable=False),
    Column("size", Integer, nullable=False),
    Column("dictionary_id", Id, ForeignKey("dictionaries.id"), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index(None, "article_id"),
)

watches = _table(
    "watches",
    _text("name", key=True),
    _text("title"),
    _text("rule"),
    _text("profile"),
    Column("threshold", Float, nullable=False),
    Column("readers", JSON, nullable=False),
    _text("rhythm"),
    _text("timezone"),
    _text("quiet_hours"),
    Column("cap", Integer, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)

watch_changes = _table(
    "watch_changes",
    Column("id", Id, primary_key=True),
    _text("watch"),
    Column("changed_at", Moment, nullable=False),
    _text("by"),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    #: Where the rule was applied to stored articles: to those since then, and what came of it.
    Column("applied_since", Moment),
    Column("added", Integer, nullable=False, server_default=text("0")),
    Column("dropped", Integer, nullable=False, server_default=text("0")),
    Index(None, "watch"),
)

#: Every text that a profile ever had: what was matched is explained by the one of that day.
profiles = _table(
    "profiles",
    Column("id", Id, primary_key=True),
    _text("name"),
    _text("text"),
    Column("changed_at", Moment, nullable=False),
    Index(None, "name"),
)

readers = _table(
    "readers",
    _text("name", key=True),
    Column("channels", JSON, nullable=False),
    _text("language"),
    Column("weekly_sign", Boolean, nullable=False),
    _text("suspended"),
    Column("unsubscribed", JSON, nullable=False, server_default="[]"),
)

deliveries = _table(
    "deliveries",
    Column("id", Id, primary_key=True),
    _text("reader"),
    _text("channel"),
    _text("watch"),
    _text("kind"),
    _text("period"),
    _text("subject"),
    Column("payload", LargeBinary, nullable=False),
    _text("message_id"),
    _text("state"),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("token", Text),
    Column("lease_until", Moment),
    Column("sent_at", Moment),
    _text("error"),
    # Of the try under way: whether the word was said that cannot be taken back.
    Column("handed_over", Boolean, nullable=False, server_default=text("false")),
    Column("unknowns", Integer, nullable=False, server_default=text("0")),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("reader", "channel", "watch", "kind", "period"),
    Index(None, "state", "due_at"),
)

notices = _table(
    "notices",
    Column("id", Id, primary_key=True),
    _text("reader"),
    _text("watch"),
    Column("story_id", Id, nullable=False),
    Column("article_id", Id, ForeignKey("articles.id"), nullable=False),
    _text("kind"),
    Column("due_at", Moment, nullable=False),
    Column("delivery_id", Id, ForeignKey("deliveries.id")),
    Column("told_at", Moment),
    UniqueConstraint("reader", "watch", "story_id"),
    Index(None, "delivery_id", "due_at"),
    Index(None, "story_id"),
)

#: Which message told which notices; a reader with two channels has two messages of the same notices.
tellings = _table(
    "tellings",
    Column("delivery_id", Id, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("notice_id", Id, ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Index(None, "notice_id"),
)
