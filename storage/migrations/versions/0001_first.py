"""The first schema."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Moment

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _sources()
    _visits()
    _seen()
    _articles()
    _texts()
    _stories()
    _pages()
    _watches()
    _outbox()


def _sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("host", sa.Text, nullable=False),
        sa.Column("province", sa.Text, nullable=False),
        sa.Column("level", sa.Text),
        sa.Column("family", sa.Text, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("encoding", sa.Text),
        sa.Column("item_selector", sa.Text),
        sa.Column("title_selector", sa.Text),
        sa.Column("date_selector", sa.Text),
        sa.Column("body_selector", sa.Text),
        sa.Column("headers", sa.JSON, nullable=False),
        sa.Column("referer", sa.Text),
        sa.Column("proxy", sa.Text),
        sa.Column("delay", sa.Float),
        sa.Column("max_pages", sa.Integer),
        sa.Column("active_hours", sa.Text),
        sa.Column("legacy_tls", sa.Boolean, nullable=False),
        sa.Column("verify_tls", sa.Boolean, nullable=False),
        sa.Column("allow_private", sa.Boolean, nullable=False),
        sa.Column("fact_origin", sa.Text, nullable=False),
        sa.Column("confidence", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False, server_default=sa.text("false")),
    )
    op.create_index("ix_sources_host", "sources", ["host"])
    op.create_table(
        "states",
        sa.Column("source_id", sa.Text, sa.ForeignKey("sources.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("next_visit_at", Moment),
        sa.Column("first_read_at", Moment),
        sa.Column("last_visit_at", Moment),
        sa.Column("last_outcome", sa.Text),
        sa.Column("failures", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("list_hash", sa.Text),
        sa.Column("list_links", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("watermark", Moment),
        sa.Column("damage", sa.Text),
        sa.Column("unfinished", sa.Integer, nullable=False, server_default=sa.text("0")),
    )
    op.create_index("ix_states_next_visit_at", "states", ["next_visit_at"])


def _visits() -> None:
    op.create_table(
        "hosts",
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("token", sa.Text),
        sa.Column("until", Moment, nullable=False),
        sa.Column("next_request_at", Moment, nullable=False),
    )
    op.create_table(
        "visits",
        sa.Column("id", ID, primary_key=True),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("started_at", Moment, nullable=False),
        sa.Column("ended_at", Moment, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("links", sa.Integer, nullable=False),
        sa.Column("new", sa.Integer, nullable=False),
        sa.Column("matched", sa.Integer, nullable=False),
        sa.Column("problems", sa.Integer, nullable=False),
    )
    op.create_index("ix_visits_ended_at", "visits", ["ended_at"])
    op.create_index("ix_visits_source_id_ended_at", "visits", ["source_id", "ended_at"])
    op.create_table(
        "meta",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
    )


def _seen() -> None:
    op.create_table(
        "sightings",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("list_url", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("date", sa.Date),
        sa.Column("seen_at", Moment, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "misreadings",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("tried_at", Moment, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
    )


def _articles() -> None:
    op.create_table(
        "articles",
        sa.Column("id", ID, primary_key=True),
        sa.Column("story_id", ID),
        sa.Column("relation", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("source_id", sa.Text, sa.ForeignKey("sources.id"), nullable=False),
        sa.Column("item", sa.Boolean, nullable=False),
        sa.Column("backlog", sa.Boolean, nullable=False),
        sa.Column("seen_at", Moment, nullable=False),
        sa.Column("published_at", Moment),
        sa.Column("moment", Moment, nullable=False),
        sa.Column("precision", sa.Text),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("subtitle", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("editor", sa.Text, nullable=False),
        sa.Column("column", sa.Text, nullable=False),
        sa.Column("folded_origin", sa.Text, nullable=False),
        sa.Column("folded_author", sa.Text, nullable=False),
        sa.Column("attachment_count", sa.Integer, nullable=False),
        sa.Column("image", sa.Text),
        sa.Column("encoding", sa.Text, nullable=False),
        sa.Column("decoded", sa.Text, nullable=False),
        sa.Column("repairs", sa.JSON, nullable=False),
        sa.Column("lost", sa.Integer, nullable=False),
        sa.Column("how", sa.JSON, nullable=False),
        sa.Column("signature", sa.Text, nullable=False),
        sa.UniqueConstraint("key"),
    )
    op.create_index("ix_articles_item_moment_id", "articles", ["item", "moment", "id"])
    op.create_index("ix_articles_moment_id", "articles", ["moment", "id"])
    op.create_index("ix_articles_seen_at", "articles", ["seen_at"])
    op.create_index("ix_articles_source_id_id", "articles", ["source_id", "id"])
    op.create_index("ix_articles_story_id", "articles", ["story_id"])


def _texts() -> None:
    op.create_table(
        "texts",
        sa.Column(
            "article_id", ID, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        ),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("attachments", sa.JSON, nullable=False),
        sa.Column("folded_title", sa.Text, nullable=False),
        sa.Column("folded_text", sa.Text, nullable=False),
    )
    op.create_table(
        "revisions",
        sa.Column("id", ID, primary_key=True),
        sa.Column("article_id", ID, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("replaced_at", Moment, nullable=False),
    )
    op.create_index("ix_revisions_article_id", "revisions", ["article_id"])
    op.create_table(
        "matches",
        sa.Column(
            "article_id", ID, sa.ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        ),
        sa.Column("watch", sa.Text, primary_key=True),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("words", sa.JSON, nullable=False),
        sa.Column("rule_version", sa.Integer, nullable=False),
        sa.Column("matched_at", Moment, nullable=False),
    )
    op.create_index("ix_matches_watch_article_id", "matches", ["watch", "article_id"])


def _stories() -> None:
    op.create_table(
        "fingerprints",
        sa.Column("article_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("story_id", sa.BigInteger, nullable=False),
        sa.Column("print", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_fingerprints_story_id", "fingerprints", ["story_id"])
    op.create_table(
        "neighbours",
        sa.Column("hash", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("article_id", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_neighbours_article_id", "neighbours", ["article_id"])


def _pages() -> None:
    op.create_table(
        "dictionaries",
        sa.Column("id", ID, primary_key=True),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_dictionaries_source_id", "dictionaries", ["source_id"])
    op.create_table(
        "pages",
        sa.Column("id", ID, primary_key=True),
        sa.Column("article_id", ID, sa.ForeignKey("articles.id", ondelete="CASCADE"), nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("headers", sa.JSON, nullable=False),
        sa.Column("fetched_at", Moment, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("dictionary_id", ID, sa.ForeignKey("dictionaries.id"), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_pages_article_id", "pages", ["article_id"])


def _watches() -> None:
    op.create_table(
        "watches",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("profile", sa.Text, nullable=False),
        sa.Column("threshold", sa.Float, nullable=False),
        sa.Column("readers", sa.JSON, nullable=False),
        sa.Column("rhythm", sa.Text, nullable=False),
        sa.Column("timezone", sa.Text, nullable=False),
        sa.Column("quiet_hours", sa.Text, nullable=False),
        sa.Column("cap", sa.Integer, nullable=False),
        sa.Column("enabled", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_table(
        "watch_changes",
        sa.Column("id", ID, primary_key=True),
        sa.Column("watch", sa.Text, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True)),
        sa.Column("after", sa.JSON(none_as_null=True)),
    )
    op.create_index("ix_watch_changes_watch", "watch_changes", ["watch"])
    op.create_table(
        "readers",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("channels", sa.JSON, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("weekly_sign", sa.Boolean, nullable=False),
        sa.Column("suspended", sa.Text, nullable=False),
    )


def _outbox() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", ID, primary_key=True),
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("watch", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("token", sa.Text),
        sa.Column("lease_until", Moment),
        sa.Column("sent_at", Moment),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("handed_over", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("unknowns", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", Moment, nullable=False),
        sa.UniqueConstraint("reader", "channel", "watch", "kind", "period"),
    )
    op.create_index("ix_deliveries_state_due_at", "deliveries", ["state", "due_at"])
    op.create_table(
        "notices",
        sa.Column("id", ID, primary_key=True),
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("watch", sa.Text, nullable=False),
        sa.Column("story_id", ID, nullable=False),
        sa.Column("article_id", ID, sa.ForeignKey("articles.id"), nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("delivery_id", ID, sa.ForeignKey("deliveries.id")),
        sa.Column("told_at", Moment),
        sa.UniqueConstraint("reader", "watch", "story_id"),
    )
    op.create_index("ix_notices_delivery_id_due_at", "notices", ["delivery_id", "due_at"])
    op.create_index("ix_notices_story_id", "notices", ["story_id"])
    op.create_table(
        "tellings",
        sa.Column(
            "delivery_id", ID, sa.ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        ),
        sa.Column(
            "notice_id", ID, sa.ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        ),
    )
    op.create_index("ix_tellings_notice_id", "tellings", ["notice_id"])
