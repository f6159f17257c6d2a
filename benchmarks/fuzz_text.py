"""Coverage-guided fuzzing of the text rooms: nothing raises, repair is idempotent, folding too, markup is not invented.

    pip install atheris
    python benchmarks/fuzz_text.py -max_total_time=600 [CORPUS_FOLDER]

Not part of the tests. A finding is written to crash-*; put it into tests/crawler/text as a case named after its trap.
"""

import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).parent.parent))

with atheris.instrument_imports(include=["crawler.text", "storage.folding"]):
    from crawler.text import decode, evidence, explain, repair, repair_page, simplify
    from storage.folding import fold, grams


def one_input(data: bytes) -> None:
    decoded = decode(data)
    for text in (
        decoded.text,
        data.decode("utf-8", "surrogatepass" if len(data) % 2 else "replace") if valid(data) else "",
    ):
        once = repair(text).text
        assert repair(once).text == once, (text, once)
        folded = fold(text)
        assert fold(folded) == folded, (text, folded)
        assert simplify(simplify(text)) == simplify(text), text
        repair_page(text, evidence(text))
        grams(text)
    assert list(explain(data))


def valid(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
