"""What a page's own inline scripts print from constants, put where they print it.

TRS templates write `var pubdata='2017年05月24日'; if(pubdata!=''){document.write(pubdata)}`; a reader sees the date, a
parser sees a script. Only constants are followed: strings, their sums, comparisons, if and else. A statement
that needs more (a call, a loop, today's date) prints nothing, so the clock of the header never becomes text.
"""

import re
from collections import deque
from collections.abc import Mapping
from functools import lru_cache

OPENING = re.compile(r"<(?i:script)\b[^>]{0,2000}>")
CLOSING = re.compile(r"</(?i:script)\s*>")
#: Longer scripts are libraries.
LONGEST = 20_000
WRITES = re.compile(r"document\s*\.\s*write(?:ln)?\s*\(")
#: var pubtime="2026-04-17 09:30"; of an earlier script.
CONSTANT = re.compile(r"""var\s+([A-Za-z_$][\w$]*)\s*=\s*("[^"\\\n<>]{1,200}"|'[^'\\\n<>]{1,200}')\s*[;\n<]""")
#: What is worth printing has Chinese in it, or a date.
WORTH = re.compile(r"[㐀-鿿]|\d{4}-\d|\d{4}/\d")
TOKEN = re.compile(
    r"""\s*(?:
      (?P<comment>//[^\n]*|/\*.*?\*/|<!--[^\n]*|-->)
    | (?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    | (?P<write>document\s*\.\s*write(?:ln)?\b)
    | (?P<name>[A-Za-z_$][\w$]*(?:\s*\.\s*[A-Za-z_$][\w$]*)*|\d[\w.]*)
    | (?P<mark>===?|!==?|&&|\|\||[^\s\w])
    )""",
    re.X | re.S,
)
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.S)
#: Calls on strings that are followed; substr counts from its start.
CUTS = frozenset(["substring", "substr", "slice"])
PLAIN = {"n": "\n", "t": "\t", "r": "\r", "b": "", "f": "", "v": "", "\n": ""}
MAX_DEPTH = 50
#: The scripts of a template (its lunar calendar, its share bar) stand on each page of a site; they are run once.
KNOWN_SCRIPTS = 64
MARKUP_OF_SCRIPTS = re.compile(r"<(?:script|iframe|link|style)\b", re.I)


def with_printed(html: str) -> str:
    """The page with each printing script followed by what it prints."""
    pieces, place = [], 0
    known: dict[str, str] = {}
    for write in WRITES.finditer(html):
        if write.start() < place:
            continue
        opening = _last(OPENING, html, max(place, write.start() - LONGEST), write.start())
        closing = CLOSING.search(html, write.end(), write.end() + LONGEST)
        if opening is None or closing is None:
            continue
        known |= {match[1]: match[2] for match in CONSTANT.finditer(html, place, opening.end())}
        source = html[opening.end() : closing.start()]
        used = tuple((name, value) for name, value in known.items() if name in source)
        pieces += [html[place : closing.end()], printed(source, used)]
        place = closing.end()
    return "".join([*pieces, html[place:]]) if pieces else html


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    return next(iter(deque(pattern.finditer(text, start, end), maxlen=1)), None)


@lru_cache(KNOWN_SCRIPTS)
def printed(source: str, known: tuple[tuple[str, str], ...] = ()) -> str:
    """What one script prints, unless that is another script or a frame; `known` are constants of scripts before it."""
    if not (WORTH.search(source) or any(WORTH.search(value) for _, value in known)):
        return ""
    text = Script(source, {name: unquoted(value) for name, value in known}).run()
    return "" if MARKUP_OF_SCRIPTS.search(text) else text


def unquoted(literal: str) -> str:
    """The value of a JavaScript string literal."""
    return ESCAPE.sub(_unescaped, literal[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if code[0] in "ux" and len(code) > 1:
        return chr(int(code[1:], 16))
    return PLAIN.get(code, code)


def tokens(script: str) -> list[tuple[str, str]]:
    """(kind, text) of each token; comments are left out."""
    found = ((match.lastgroup or "mark", match[match.lastgroup or "mark"]) for match in TOKEN.finditer(script))
    return [token for token in found if token[0] != "comment"]


class Script:
    """One pass over a script's statements. An unknown value is None, and an unknown condition takes no branch."""

    def __init__(self, source: str, known: Mapping[str, str] | None = None) -> None:
        self.tokens = tokens(source)
        self.position = 0
        self.values: dict[str, str | None] = dict(known or {})
        self.printed: list[str] = []
        self.depth = 0

    def run(self) -> str:
        while self.position < len(self.tokens):
            before = self.position
            self._statement(True)
            self.position += self.position == before
        return "".join(self.printed)

    def _peek(self) -> str:
        return self.tokens[self.position][1] if self.position < len(self.tokens) else ""

    def _kind(self) -> str:
        return self.tokens[self.position][0] if self.position < len(self.tokens) else ""

    def _next(self) -> str:
        text = self._peek()
        self.position += 1
        return text

    def _statement(self, live: bool) -> None:
        kind, text = self._kind(), self._peek()
        if text in ("if", "{") and self.depth < MAX_DEPTH:
            self.depth += 1
            self._if(live) if text == "if" else self._block(live)
            self.depth -= 1
        elif text == "function" or text in ("for", "while", "switch", "try"):
            self._skip_construct()
        elif kind == "write":
            self._write(live)
        elif kind == "name":
            self._assignment(live)
        else:
            self._skip_statement()

    def _block(self, live: bool) -> None:
        self._next()
        while self.position < len(self.tokens) and self._peek() != "}":
            before = self.position
            self._statement(live)
            self.position += self.position == before
        self._next()

    def _if(self, live: bool) -> None:
        self._next()
        holds = self._condition() if self._peek() == "(" else None
        self._statement(live and holds is True)
        if self._peek() == "else":
            self._next()
            self._statement(live and holds is False)

    def _condition(self) -> bool | None:
        """The value of a bracketed condition of comparisons joined by && and ||, left to right."""
        self._next()
        result = self._comparison()
        while self._peek() in ("&&", "||"):
            joint, other = self._next(), self._comparison()
            both = result is not None and other is not None
            result = ((result and other) if joint == "&&" else (result or other)) if both else None
        if self._peek() != ")":
            self._skip_to(")")
            result = None
        self._next()
        return result

    def _comparison(self) -> bool | None:
        left = self._sum()
        if self._peek().rstrip("=") in ("", "!") and self._peek():
            sign, right = self._next(), self._sum()
            return None if left is None or right is None else (left == right) is (sign[0] != "!")
        return None if left is None else bool(left)

    def _sum(self) -> str | None:
        total = self._value()
        while self._peek() == "+":
            self._next()
            part = self._value()
            total = None if total is None or part is None else total + part
        return total

    def _value(self) -> str | None:
        kind, text = self._kind(), self._peek()
        if kind == "string":
            self._next()
            return unquoted(text)
        if kind == "name":
            self._next()
            if self._peek() not in ("(", "[", "."):
                return self.values.get(text)
            cut = self._cut(text)
            self._call()
            return cut
        return None

    def _cut(self, call: str) -> str | None:
        """pubtime.substring(0, 10): a part of a known value; the brackets stay to be passed over."""
        name, _, method = call.rpartition(".")
        ahead = [text for _, text in self.tokens[self.position : self.position + 5]]
        value = self.values.get(name)
        if value is None or method not in CUTS or ahead[:1] != ["("] or ahead[-1:] != [")"]:
            return None
        start, end = ahead[1], ahead[3] if len(ahead) == 5 else ""
        if not (start.isdecimal() and end.isdecimal()):
            return None
        return value[int(start) : int(end) + int(start) * (method == "substr")]

    def _call(self) -> None:
        """A call or an index: its brackets are passed over, its value is unknown."""
        while self._peek() in ("(", "[", "."):
            opener = self._next()
            if opener == ".":
                self._next()
            else:
                self._skip_to(")" if opener == "(" else "]")
                self._next()

    def _write(self, live: bool) -> None:
        self._next()
        if self._peek() != "(":
            return
        self._next()
        parts = [self._sum()]
        while self._peek() == ",":
            self._next()
            parts.append(self._sum())
        whole = self._peek() == ")"
        if live and whole and None not in parts:
            self.printed.extend(part for part in parts if part)
        self._skip_statement()

    def _assignment(self, live: bool) -> None:
        name = self._next()
        if name in ("var", "let", "const"):
            name = self._next() if self._kind() == "name" else ""
        if name and self._peek() == "=":
            self._next()
            value = self._sum()
            whole = self._peek() in (";", ",", "", "}") or self._kind() in ("name", "write")
            if live:
                self.values[name] = value if whole else None
        if self._peek() == ",":
            self._next()
        elif self._kind() not in ("name", "write"):
            self._skip_statement()

    def _skip_construct(self) -> None:
        self._skip_to("{")
        self._next()
        self._skip_to("}")
        self._next()

    def _skip_statement(self) -> None:
        """Past the next semicolon of this level, or up to the bracket that closes it."""
        while self.position < len(self.tokens) and self._peek() not in (";", "}"):
            text = self._next()
            if text in ("(", "[", "{"):
                self._skip_to({"(": ")", "[": "]", "{": "}"}[text])
                self._next()
        if self._peek() == ";":
            self._next()

    def _skip_to(self, closer: str) -> None:
        """To the closer of this level; the opener has been taken."""
        depth = 0
        while self.position < len(self.tokens):
            text = self._peek()
            if text == closer and not depth:
                return
            depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
            self.position += 1
