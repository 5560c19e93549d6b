"""How easy a page is to read: LIX and Flesch–Kincaid, computed from their formulas.

LIX (Björnsson 1968) is words a sentence plus the percentage of words of more than six letters.
The grade of Kincaid et al. (1975) is 0.39 words a sentence + 11.8 syllables a word − 15.59. English
syllables are counted by groups of vowels, less a silent e: right for nine words in ten.
"""

import re
from html.parser import HTMLParser

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
VOWELS = re.compile(r"[aeiouyæøå]+")
SENTENCE = re.compile(r"(?<=[.!?:;])\s+(?=[A-ZÆØÅ\d“\"(])")
BLOCKS = frozenset({"p", "li", "dd", "dt", "h1", "h2", "h3", "figcaption", "td", "th"})
PROSE = frozenset({"p", "li", "dd", "figcaption"})
VOID = frozenset({"meta", "br", "input", "img", "link"})


class Blocks(HTMLParser):
    """Collects the text of the page's blocks within `main`, by kind of block."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self._open.append(tag)
        if tag in BLOCKS and "main" in self._open:
            self.found.append((tag, ""))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        inside = [tag for tag in self._open if tag in BLOCKS]
        if inside and "main" in self._open and "nav" not in self._open:
            tag, text = self.found[-1]
            self.found[-1] = (tag, text + data)


def prose(page: str) -> list[str]:
    """The sentences of paragraphs, lists and captions."""
    texts = [" ".join(text.split()) for tag, text in Blocks(page).found if tag in PROSE]
    return [part for text in texts for part in SENTENCE.split(text) if WORD.search(part)]


def words_of(page: str) -> int:
    """The words of the page's text: paragraphs, lists, captions and headings, not table cells."""
    texts = [text for tag, text in Blocks(page).found if tag not in ("td", "th")]
    return sum(len(text.split()) for text in texts)


def syllables(word: str) -> int:
    """Count the syllables of an English word."""
    plain = word.lower()
    silent = plain.endswith("e") and not plain.endswith("le") and len(VOWELS.findall(plain)) > 1
    spoken = re.sub(r"(?<=[^aeiouytd])ed$", "d", plain)
    silent = silent and spoken == plain
    return max(1, len(VOWELS.findall(spoken)) - silent)


def flesch_kincaid(sentences: list[str]) -> float:
    """The school grade that an English text asks for."""
    words = [word for sentence in sentences for word in WORD.findall(sentence)]
    rate = sum(map(syllables, words)) / len(words)
    return 0.39 * len(words) / len(sentences) + 11.8 * rate - 15.59


def lix(sentences: list[str]) -> float:
    """Björnsson's readability index."""
    words = [word for sentence in sentences for word in WORD.findall(sentence)]
    long = sum(len(word) > 6 for word in words)
    return len(words) / len(sentences) + 100 * long / len(words)
