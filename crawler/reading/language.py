# ruff: noqa: E501 - two tables of characters
"""Which language and script a text is in, by counting letters."""

import re

#: Characters that exist in one script only, the most frequent of running Chinese: what a few hundred characters cannot avoid.
HANS = frozenset(
    "这们国个来为会时说对发开进动还于学过实业经与务产关门问书见长东车电话现应机体无样点两当头从华区给让设调认议记论计划级办热导师网报场将联达运战变资质权边选广总结"
)
HANT = frozenset(
    "這們國個來為會時說對發開進動還於學過實業經與務產關門問書見長東車電話現應機體無樣點兩當頭從華區給讓設調認議記論計劃級辦熱導師網報場將聯達運戰變資質權邊選廣總結"
)
#: Letters below which nothing is said.
FEW = 20
#: Characters that are looked at.
ENOUGH = 1_000
HAN, KANA = re.compile(r"[㐀-鿿]+"), re.compile(r"[぀-ヿ]+")
LETTERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("zh", HAN),
    ("ja", KANA),
    ("ko", re.compile(r"[가-힯]+")),
    ("bo", re.compile(r"[ༀ-࿿]+")),
    ("ug", re.compile(r"[؀-ۿ]+")),
    ("mn", re.compile(r"[᠀-᢯]+")),
    ("ru", re.compile(r"[Ѐ-ӿ]+")),
)
#: Of letters that need several to say what one character says, the words are counted.
WORD = re.compile(r"[A-Za-z]+")


def language(text: str) -> str | None:
    """BCP 47 primary tag of the most frequent letters; Japanese needs kana for a tenth of its Han characters."""
    head = text[:ENOUGH]
    if len(HAN.sub("", head)) * 2 < len(head) > FEW and not KANA.search(head):  # nine of ten texts
        return "zh"
    counts = {tag: sum(map(len, letters.findall(head))) for tag, letters in LETTERS}
    counts["en"] = len(WORD.findall(head))
    if sum(counts.values()) < FEW:
        return None
    if counts["ja"] * 10 > counts["zh"] and counts["ja"] > FEW:
        return "ja"
    return max(counts, key=lambda tag: counts[tag])


def script(text: str) -> str | None:
    """Hans or Hant by how many characters it has that only one of them knows; None when neither or both alike."""
    seen = set(text[:ENOUGH])
    simplified, traditional = len(seen & HANS), len(seen & HANT)
    if simplified == traditional:
        return None
    return "Hans" if simplified > traditional else "Hant"
