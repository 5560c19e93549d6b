"""Released SVG figures inside a document: what several figures share is written once.

A figure of matplotlib repeats the outlines of its letters, its markers and its styles, and so does
every other figure of the document. Here each distinct one is defined once, and a label is one
reference wherever it occurs. The picture stays the same, within a tenth of a point.
"""

import re
from collections.abc import Mapping
from xml.etree import ElementTree

from markupsafe import Markup, escape

SVG = "{http://www.w3.org/2000/svg}"
HREF = "{http://www.w3.org/1999/xlink}href"
REFERENCE = re.compile(r"url\(#([^)]+)\)")
NUMBER = re.compile(r"-?\d*\.\d+(?:e-?\d+)?")
MOVE = re.compile(r"translate\((-?[\d.e-]+) (-?[\d.e-]+)\)")
STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")
DEFINED = frozenset({"path", "clipPath", "pattern"})
"""Elements that a figure defines to refer to them."""
LEFT_OUT = frozenset({"id", "width", "height", "version"})
"""Attributes of which nothing is seen; sizes are kept where they are those of a rectangle."""


class Pictures:
    """The figures of one document, and what they share."""

    def __init__(self, files: Mapping[str, bytes], long_path: int | None = None) -> None:
        """Hold pictures by file name.

        Args:
            files: SVG as it was saved.
            long_path: so many characters make a path that is written once, for figures that
                are alike; none by default.
        """
        self._files = files
        self._long = long_path
        self._shared: dict[str, str] = {}
        self._styles: dict[str, str] = {}
        self._known: dict[str, str] = {}

    def inline(self, file: str, alt: str, css: str) -> Markup:
        """Write a picture as an element of the page.

        Args:
            file: its name.
            alt: what somebody who cannot see it should know.
            css: the class of the element.
        """
        root = ElementTree.fromstring(self._files[file])
        # Names are those of one figure, which defines some of them after their use.
        self._known = {}
        for definitions in root.iter(f"{SVG}defs"):
            for element in definitions:
                self._define(element)
        body = "".join(self._written(child) for child in root)
        box = root.get("viewBox", "0 0 1 1")
        return Markup(
            f'<svg class="{css}" role="img" viewBox="{box}" aria-label="{escape(alt)}">{body}</svg>'
        )

    def shared(self) -> Markup:
        """Write what the pictures so far refer to: once a document, after the last of them."""
        if not self._styles and not self._shared:
            return Markup("")
        styles = "".join(f".{name}{{{style}}}" for style, name in self._styles.items())
        defined = "".join(
            re.sub(r"^<(\w+)", rf'<\1 id="{name}"', text) for text, name in self._shared.items()
        )
        return Markup(
            '<svg class="shared" width="0" height="0" aria-hidden="true" focusable="false">'
            f"<style>{styles}</style><defs>{defined}</defs></svg>"
        )

    def _written(self, element: ElementTree.Element) -> str:
        """Write an element; what it defines is shared, and a group that adds nothing is gone."""
        tag = element.tag.removeprefix(SVG)
        if tag in ("defs", "metadata"):
            return ""
        inner = "".join(self._written(child) for child in element)
        if tag == "title":
            return _element(tag, "", str(escape(element.text or "")))
        attributes = self._attributes(tag, element)
        if tag != "g":
            text = _element(tag, attributes, inner)
            if tag == "path" and self._long is not None and len(text) >= self._long:
                return f'<use href="#{self._share(text)}"/>'
            return text
        if not inner or not attributes:
            return inner
        if inner.count("<use ") > 1 and inner.count("<") == inner.count("<use "):
            inner = f'<use href="#{self._share(f"<g>{inner}</g>")}"/>'
        return _element(tag, attributes, inner)

    def _define(self, element: ElementTree.Element) -> None:
        tag, name = element.tag.removeprefix(SVG), element.get("id")
        if tag in DEFINED and name is not None:
            inner = "".join(self._written(child) for child in element)
            text = _element(tag, self._attributes(tag, element), inner)
            self._known[name] = self._share(text)

    def _share(self, text: str) -> str:
        return self._shared.setdefault(text, f"p{len(self._shared)}")

    def _attributes(self, tag: str, element: ElementTree.Element) -> str:
        """Write the attributes: short numbers, the styles as classes, references to the shared."""
        found = {}
        for key, value in element.attrib.items():
            if key == "style":
                found["class"] = self._class(value)
            elif key == HREF:
                name = value.removeprefix("#")
                found["href"] = f"#{self._known[name]}" if name in self._known else value
            elif key == "d":
                letter, marker = "scale" in element.get("transform", ""), "id" in element.attrib
                found["d"] = _path(value, 0 if letter else 2 if marker else 1)
            elif key == "transform" and tag == "use" and (move := MOVE.fullmatch(value)):
                # A letter's place within its word, in units of which some thousand are a letter.
                found["x"] = _short(move[1], 0)
                if float(move[2]):
                    found["y"] = _short(move[2], 0)
            elif key not in LEFT_OUT or (key in ("width", "height") and tag != "svg"):
                found[key] = REFERENCE.sub(self._url, _short(value, 4 if key == "transform" else 1))
        return "".join(f' {key}="{escape(value)}"' for key, value in found.items())

    def _class(self, style: str) -> str:
        plain = REFERENCE.sub(self._url, style.replace("; ", ";").replace(": ", ":"))
        return self._styles.setdefault(plain, f"q{len(self._styles)}")

    def _url(self, found: re.Match[str]) -> str:
        return f"url(#{self._known[found[1]]})"


def _element(tag: str, attributes: str, inner: str) -> str:
    return f"<{tag}{attributes}>{inner}</{tag}>" if inner else f"<{tag}{attributes}/>"


def _short(numbers: str, decimals: int) -> str:
    """Round the numbers of a text, and drop zeros that say nothing."""
    return NUMBER.sub(lambda found: _plain(float(found[0]), decimals), numbers)


def _plain(number: float, decimals: int) -> str:
    text = f"{number:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _path(data: str, decimals: int) -> str:
    """Write the data of a path with short numbers, and straight steps by one coordinate."""
    parts: list[str] = []
    x = y = ""
    for letter, rest in STEP.findall(data):
        numbers = [_plain(float(number), decimals) for number in rest.split()]
        if letter == "L" and numbers[0] == x:
            parts.append(f"V{numbers[1]}")
        elif letter == "L" and numbers[1] == y:
            parts.append(f"H{numbers[0]}")
        else:
            parts.append(letter + " ".join(numbers))
        if len(numbers) > 1:
            x, y = numbers[-2:]
    return "".join(parts)
