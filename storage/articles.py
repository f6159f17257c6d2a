"""Keeping what was found: article, story, index, matches and who is to be told, in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, literal, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from storage import pages, revisions, search, stories, tables, upserts
from storage.columns import Moment
from storage.faults import fault_of, without_nul
from storage.fingerprints import fingerprint
from storage.forms import Forms, fold_page
from storage.records import Misreading, as_dict
from storage.reports import Kept
from storage.seen import misread, record_sightings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from storage.records import Finding

_articles, _texts = tables.articles.c, tables.texts.c

#: Fields of a finding that are columns of `articles` as they are.
_PLAIN = (
    "title", "subtitle", "url", "key", "source_id", "published_at", "precision", "origin", "author", "editor", "column",
    "image", "encoding", "decoded", "lost", "backlog", "seen_at",
)  # fmt: skip
#: Fields that stay as they were when the page is read again.
_FIRST = frozenset({"key", "source_id", "backlog", "seen_at"})

_SAID = ("score", "reasons", "words", "rule_version")

_BY_KEY = (
    select(_articles.id, _articles.story_id, _articles.relation, _articles.signature, _articles.item, _articles.backlog)
    .add_columns(_texts.article_id.is_not(None).label("has_text"))
    .select_from(tables.articles.outerjoin(tables.texts))
    .where(_articles.key == bindparam("wanted"))
)
_ADD = insert(tables.articles).returning(_articles.id)
_ADD_TEXT = insert(tables.texts)
_CHANGE = update(tables.articles).where(_articles.id == bindparam("of"))


def keep(connection: Connection, findings: Sequence[Finding], *, now: datetime) -> list[Kept]:
    """What became of each, in their order. One that cannot be kept is set aside and costs the others nothing."""
    stories.lock(connection)
    kept: list[Kept] = []
    for batch in _without_repeats(findings):
        done = [_keep_or_set_aside(connection, without_nul(finding), now) for finding in batch]
        changed = {one.article_id for one in done if one.article_id and one.status in ("new", "revised")}
        search.index(connection, changed)
        kept += done
    return kept


def _without_repeats(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """An article that comes twice is in the index before it is looked at again."""
    batch: dict[str, Finding] = {}
    for finding in findings:
        if finding.key in batch:
            yield list(batch.values())
            batch = {}
        batch[finding.key] = finding
    yield list(batch.values())


def _keep_or_set_aside(connection: Connection, finding: Finding, now: datetime) -> Kept:
    kept = tried(connection, finding, lambda: _keep_one(connection, finding, now))
    if kept.status == "set aside":
        _set_aside(connection, finding, kept.reason, now)
    return kept


def tried(connection: Connection, finding: Finding, write: Callable[[], Kept]) -> Kept:
    """What `write` returns; where the database cannot keep the finding it is undone, and set aside with the reason."""
    if fault := fault_of(finding):
        return Kept(key=finding.key, status="set aside", reason=fault)
    savepoint = connection.begin_nested()
    try:
        kept = write()
    except DBAPIError as error:
        if not _is_the_rows_fault(error):
            raise  # and leave the savepoint alone: after some errors SQLite has undone the whole transaction
        savepoint.rollback()
        return Kept(key=finding.key, status="set aside", reason=_reason(error, finding))
    savepoint.commit()
    return kept


def _keep_one(connection: Connection, finding: Finding, now: datetime) -> Kept:
    forms = fold_page(finding)
    row = _stored(connection, finding.key)
    if row is None:
        kept = _add(connection, finding, forms)
    elif row.signature == forms.facts["signature"] and (row.has_text or not finding.matches):
        kept = _kept("known", finding, row)
    else:
        _revise(connection, finding, forms, row, now)
        kept = _kept("revised", finding, row)
    assert kept.article_id is not None
    mark(connection, kept.article_id, finding, now)
    _keep_page(connection, kept, finding, was_item=bool(row and row.item))
    if finding.sighting:
        record_sightings(connection, [finding.sighting])
    if not finding.backlog and not (row and row.backlog):
        _plan_notices(connection, kept, finding)
    return kept


def _stored(connection: Connection, key: str) -> Row[Any] | None:
    return connection.execute(_BY_KEY, {"wanted": key}).first()


def _kept(status: str, finding: Finding, row: Row[Any]) -> Kept:
    return Kept(
        key=finding.key,
        status=status,
        article_id=row.id,
        story_id=row.story_id,
        relation=row.relation,
        matched=bool(finding.matches),
    )


def _add(connection: Connection, finding: Finding, forms: Forms) -> Kept:
    row = {**_columns(finding), **forms.facts, "relation": "first", "item": bool(finding.matches)}
    added = connection.execute(_ADD, row).scalar_one()
    connection.execute(_ADD_TEXT, {"article_id": added, **_text_columns(finding), **forms.texts})
    placed = stories.place(connection, added, fingerprint(finding.title, finding.text))
    connection.execute(_CHANGE, {"of": added, "story_id": placed.story_id, "relation": placed.relation})
    return Kept(
        key=finding.key,
        status="new",
        article_id=added,
        story_id=placed.story_id,
        relation=placed.relation,
        matched=bool(finding.matches),
    )


def _revise(connection: Connection, finding: Finding, forms: Forms, row: Row[Any], now: datetime) -> None:
    """The page says something else now: the earlier version becomes a revision. The story stays."""
    if row.has_text:
        archive(connection, row.id, now)
    replace(connection, row.id, finding, forms)


def replace(connection: Connection, article_id: int, finding: Finding, forms: Forms) -> None:
    """What an article says is now what the finding says. Its index goes: `search.index` is to follow."""
    search.remove(connection, [article_id])
    changed = {name: value for name, value in _columns(finding).items() if name not in _FIRST} | forms.facts
    connection.execute(_CHANGE, {"of": article_id, **changed})
    connection.execute(delete(tables.texts).where(_texts.article_id == article_id))
    connection.execute(_ADD_TEXT, {"article_id": article_id, **_text_columns(finding), **forms.texts})


def archive(connection: Connection, article_id: int, now: datetime) -> None:
    """What an article says becomes a revision."""
    earlier = select(_articles.id, _articles.title, _texts.text, literal(now, Moment)).join(tables.texts)
    kept = insert(tables.revisions).from_select(
        ["article_id", "title", "text", "replaced_at"], earlier.where(_articles.id == article_id)
    )
    connection.execute(kept)
    table = tables.revisions.c
    of_article = select(table.id).where(table.article_id == article_id)
    newest = of_article.order_by(table.id.desc()).limit(revisions.MOST)
    first = of_article.order_by(table.id).limit(1)
    stays = [*connection.scalars(newest), *connection.scalars(first)]
    connection.execute(delete(tables.revisions).where(table.article_id == article_id, table.id.not_in(stays)))


def _columns(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in _PLAIN} | {
        "attachment_count": len(finding.attachments),
        "repairs": [as_dict(repair) for repair in finding.repairs],
        "how": dict(finding.how),
    }


def _text_columns(finding: Finding) -> dict[str, Any]:
    return {"text": finding.text, "attachments": [as_dict(attachment) for attachment in finding.attachments]}


def mark(connection: Connection, article_id: int, finding: Finding, now: datetime) -> None:
    """Write what the watches said; an article that any of them wants is an item from now on."""
    if finding.matches:
        rows = [{"article_id": article_id, "matched_at": now, **as_dict(match)} for match in finding.matches]
        connection.execute(upserts.replace(connection, tables.matches, _SAID), rows)
        connection.execute(_CHANGE, {"of": article_id, "item": True})


def _keep_page(connection: Connection, kept: Kept, finding: Finding, *, was_item: bool) -> None:
    """The page of an item, unless it says what the one says that is stored."""
    is_stored = was_item and kept.status == "known"
    if finding.page and kept.article_id and (finding.matches or was_item) and not is_stored:
        pages.keep(connection, kept.article_id, finding.source_id, finding.page, finding.further)


def _plan_notices(connection: Connection, kept: Kept, finding: Finding) -> None:
    """A reader is told of a story once for a watch: what is planned or told already stays as it is."""
    of = {"story_id": kept.story_id, "article_id": kept.article_id}
    if finding.notices:
        connection.execute(upserts.add(connection, tables.notices), [as_dict(plan) | of for plan in finding.notices])


def _set_aside(connection: Connection, finding: Finding, fault: str, now: datetime) -> None:
    """Written down like an address that gave no article, as far as its words can be written."""
    readable = {name: getattr(finding, name).encode("utf-8", "replace").decode()[:2000] for name in ("key", "url")}
    reason = fault.encode("utf-8", "replace").decode()[:1000]
    source_id = finding.source_id.encode("utf-8", "replace").decode()[:500]
    note = Misreading(**readable, source_id=source_id, kind="set aside", evidence=reason, tried_at=now)
    misread(connection, [note])


def _reason(error: DBAPIError, finding: Finding) -> str:
    """`articles` refers to nothing but its source."""
    said = str(error.orig).strip().splitlines()[0]
    return f"its source {finding.source_id} is not known" if "foreign key" in said.lower() else said


def _is_the_rows_fault(error: DBAPIError) -> bool:
    # 54: a row over one of PostgreSQL's limits.
    return isinstance(error, DataError | IntegrityError) or str(getattr(error.orig, "sqlstate", "")).startswith("54")
