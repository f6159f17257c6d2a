"""The rows of a list: each link with the largest block that holds no other, its title and its date."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from crawler.reading.addresses import resolved
from crawler.reading.dates import NO_YEAR, address_date, all_stamps, boxed_stamp, listed_date
from crawler.reading.labels import DATE_LABEL, TITLE_HINT
from crawler.reading.marks import is_clock
from crawler.reading.page import BLOCKS, Node, Page
from crawler.reading.values import Link

#: A title has this many characters at least to show the shape of a list; shorter ones join a list that is known.
SHORTEST = 5
#: Lists of people's names, when nothing longer is dated.
SHORTEST_NAME = 2
LONGEST = 300
#: Links that are looked at; the home page of a portal has 1,500.
MAX_ANCHORS = 5_000
#: A date that stands in more text than this belongs to a summary.
LONGEST_DATED = 40
MANY = "\0many"
NOT_TITLES = re.compile(
    r"^[\s\W]*(?:查看(?:全文|详情|更多|原文)?|阅读(?:全文|原文|更多)?|详细(?:内容|信息)?|详情|全文|更多|原始网页|网页快照|快照|more|read more|点击(?:查看|阅读|进入)\S{0,4}|评论|跟贴|下载|new)[\s\W\d]*$",  # noqa: E501
    re.I,
)
OPENED = re.compile(r"""(?:open\s*\(|location(?:\.href)?\s*=)\s*["']([^"']{2,500})["']""")
CUT = re.compile(r"(?:…|\.{3,}|。。。)\s*$")
ORNAMENT = re.compile(r"^[\s·•●◆■▪▶►»>\-—|※★☆○◇□]+|\s*(?:\[?(?:详细|详情|查看|new|hot|置顶|图文?)\]?)$|\s+$", re.I)
STATES = re.compile(
    r"^(?:first|last|odd|even|cur|current|on|active|hover|clearfix|cl|fix|top|li|item|list)?[-_]?\d*$", re.I
)


@dataclass(slots=True)
class Row:
    anchor: Node
    node: Node
    url: str
    title: str
    date: date | None
    #: Where the date was seen: row, address, or empty.
    dated: str
    #: Whether the title can show a list's shape.
    solid: bool = True

    @property
    def link(self) -> Link:
        return Link(url=self.url, title=self.title, date=self.date, cut=bool(CUT.search(self.title)))


def find_rows(page: Page, url: str, now: datetime, shortest: int = SHORTEST) -> list[Row]:
    """The rows of all links of a page, in page order, one for each address in a block."""
    anchors = [(anchor, address) for anchor in page.find_all("a")[:MAX_ANCHORS] if (address := _address(anchor, url))]
    titled = [(anchor, address, anchor_title(anchor)) for anchor, address in anchors]
    owners = _owners([(anchor, address) for anchor, address, title in titled if len(title) >= shortest])
    rows: dict[tuple[int, str], Row] = {}
    for anchor, address, title in titled:
        node = row_node(anchor, owners, address)
        known = rows.get((id(node), address))
        if title and (known is None or _better(title, known.title)):
            rows[id(node), address] = make_row(anchor, node, address, title, now)
    for row in rows.values():
        row.solid = len(row.title) >= shortest
    return list(rows.values())


def _address(anchor: Node, url: str) -> str | None:
    """Where a link leads, by its href or, where that is a script, by the address that its onclick opens."""
    address = resolved(url, anchor.attrs.get("href", ""))
    opened = OPENED.search(anchor.attrs.get("onclick", "")) if address is None else None
    return resolved(url, opened[1]) if opened else address


def make_row(anchor: Node, node: Node, address: str, title: str, now: datetime) -> Row:
    day, dated = row_date(node, anchor, address, now)
    return Row(anchor, node, address, title, day, dated)


def _owners(anchors: list[tuple[Node, str]]) -> dict[int, str]:
    """For each element above a link: the one address in it, or MANY."""
    owners: dict[int, str] = {}
    for anchor, address in anchors:
        for node in (anchor, *anchor.up()):
            known = owners.get(id(node))
            if known == MANY:
                break
            owners[id(node)] = address if known in (None, address) else MANY
    return owners


def row_node(anchor: Node, owners: dict[int, str], address: str) -> Node:
    """The largest element around a link that holds no link to elsewhere."""
    node = anchor
    for above in anchor.up():
        if owners.get(id(above), address) != address or above.tag in ("body", "html"):
            break
        node = above
    return node


def _better(new: str, known: str) -> bool:
    """A title against another of the same address: not cut, or longer while still a title."""
    if CUT.search(known) and not CUT.search(new):
        return True
    return len(known) < SHORTEST <= len(new)


def anchor_title(anchor: Node) -> str:
    """The title that a link shows, or its title attribute where the text is cut; empty for 更多, 详情 and pictures."""
    shown = _shown(anchor)
    whole = " ".join(anchor.attrs.get("title", "").split())
    if not shown or NOT_TITLES.match(shown):
        return ""
    stem = CUT.sub("", shown)
    title = (
        whole
        if len(whole) > len(stem) and (CUT.search(shown) or whole.startswith(stem)) and not whole.startswith("标题")
        else shown
    )
    return ORNAMENT.sub("", title)[:LONGEST].strip()


def _shown(anchor: Node) -> str:
    """The link's text; of a link around a whole card, the heading in it, or its first line that is no date."""
    if not any(
        node.tag in BLOCKS or node.tag in ("i", "span", "em", "time")
        for node in anchor.children
        if isinstance(node, Node)
    ):
        return anchor.text
    heading = next(
        (node for node in anchor.walk() if node is not anchor and _is_heading(node) and len(node.text) >= SHORTEST),
        None,
    )
    if heading is not None:
        return heading.text
    lines = [" ".join(line.split()) for line in "".join(anchor.strings()).split("\n")]
    titles = [line for line in lines if line and not _only_date(line)]
    first = next((line for line in titles if len(line) >= SHORTEST), titles[0] if titles else "")
    return _without_date(anchor, first)


def _is_heading(node: Node) -> bool:
    return node.tag in ("h1", "h2", "h3", "h4", "h5", "h6") or bool(node.attrs and TITLE_HINT.search(node.hint))


def _without_date(anchor: Node, line: str) -> str:
    """The line without an inline element at its end or start that holds only the date."""
    for child in anchor.walk():
        text = child.text if child is not anchor else ""
        if text and text != line and _only_date(text):
            return line.removesuffix(text).removeprefix(text).strip()
    return line


def _only_date(text: str) -> bool:
    bare = re.sub(r"[\d\s:：\-/.年月日时分秒\[\]()（）【】T]", "", DATE_LABEL.sub("", text))
    return not bare and bool(re.search(r"\d", text))


def row_date(node: Node, anchor: Node, address: str, now: datetime) -> tuple[date | None, str]:
    """The date a row shows, else the one in its address."""
    in_address = address_date(address)
    pieces = [piece.strip() for piece in _pieces(node, anchor)] or [""]
    shown = _shown_date([piece for piece in pieces if piece], now) or _shown_date(list(_beside(node)), now)
    if shown is None:
        return in_address, "address" if in_address else ""
    day, whole = shown
    if not whole and in_address and (in_address.month, in_address.day) == (day.month, day.day):
        return in_address, "row"
    return day, "row"


def _pieces(node: Node, anchor: Node) -> Iterator[str]:
    """The texts of a row outside its title; of the link itself, only elements that are nothing but a date."""
    for element in node.walk():
        inside = element is anchor or anchor in element.up()
        texts = [child for child in element.children if isinstance(child, str) and child.strip()]
        yield from (text for text in texts if not inside or (element is not anchor and _only_date(text.strip())))


def _beside(node: Node) -> Iterator[str]:
    """The texts between a row and the next link: <dt><a></dt><dd>date</dd>, or bare text after a link."""
    siblings = node.parent.children if node.parent is not None else []
    place = next((index for index, child in enumerate(siblings) if child is node), len(siblings))
    for sibling in siblings[place + 1 : place + 4]:
        if isinstance(sibling, str):
            yield from filter(None, [sibling.strip()])
        elif sibling.tag == "br" or any(below.tag == "a" for below in sibling.walk()):
            return
        else:
            yield from filter(None, [sibling.text])


def _shown_date(pieces: list[str], now: datetime) -> tuple[date, bool] | None:
    """(day, whether it has its year): labelled dates first, then lone ones, then boxes of day and month."""
    short = [piece for piece in pieces if len(piece) <= LONGEST_DATED and not is_clock(piece)]
    labelled = [piece[match.end() : match.end() + 24] for piece in pieces if (match := DATE_LABEL.search(piece))]
    for piece in (*labelled, *filter(_only_date, short), *short):
        stamp = next(all_stamps(piece), None)
        if stamp:
            return stamp.moment.date(), True
    for index in range(len(short)):
        boxed = boxed_stamp(" ".join(short[index : index + 2]))
        if boxed:
            return boxed.moment.date(), True
    for piece in short:
        day = listed_date(piece, now) if NO_YEAR.search(piece) and _only_date(piece) else None
        if day:
            return day, False
    return None


def signature(row: Row, levels: int = 3) -> tuple[str, ...]:
    """The row's place in the template: tags and classes upwards, without the words for first, odd or current."""
    places = itertools.islice((row.node, *row.node.up()), levels)
    return (*map(_mark, places), _mark(row.anchor))


def _mark(node: Node) -> str:
    classes = sorted(word for word in node.attrs.get("class", "").split() if not STATES.match(word))
    return f"{node.tag}.{'.'.join(classes)}"
