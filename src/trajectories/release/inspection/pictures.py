"""Pictures that say more than they show: metadata of PNG, JPEG and PDF, hidden parts of SVG."""

import base64
import re
import struct
from collections.abc import Iterator

from trajectories.release.inspection.findings import Finding

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
PDF = b"%PDF-"
SPEAKING_KEYS = re.compile(
    rb"/(?:Title|Author|Subject|Keywords|Creator|Producer|CreationDate|ModDate)\s*[(<]"
    rb"|/(?:Metadata|JavaScript|EmbeddedFile)\b"
)
"""What a PDF tells of itself, and what it may carry (ISO 32000-1, 14.3)."""
SPEAKING_CHUNKS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})
OWN_KEYWORDS = frozenset({b"Software"})
EMBEDDED = re.compile(rb"data:image/(?:png|jpeg);base64,([A-Za-z0-9+/=\s]+)")
LENGTH = struct.Struct(">I")


def inspect_picture(file: str, content: bytes) -> Iterator[Finding]:
    """Find metadata in a picture.

    Args:
        file: the file's name in the release folder.
        content: its bytes.

    Yields:
        The findings, of embedded pictures too.
    """
    if content.startswith(PNG):
        bad = any(_speaks(kind, data) for kind, data in _chunks(content))
        # What follows the last chunk is not shown by any viewer.
        bad = bad or not content.endswith(b"IEND\xaeB`\x82")
    elif content.startswith(JPEG):
        bad = b"Exif\x00\x00" in content or b"http://ns.adobe.com/xap" in content
    elif content.startswith(PDF):
        # What follows the end of the file is not shown by any viewer.
        bad = SPEAKING_KEYS.search(content) is not None or not content.endswith(b"%%EOF\n")
    else:
        bad = file.endswith(".svg") and re.search(rb"<metadata|<script", content) is not None
        for picture in EMBEDDED.findall(content):
            yield from inspect_picture(file, base64.b64decode(picture))
    if bad:
        why = "it holds metadata, which may name a person, a machine or a place"
        yield Finding(file, "metadata", why)


def _speaks(kind: bytes, data: bytes) -> bool:
    keyword = data.partition(b"\x00")[0]
    return kind in SPEAKING_CHUNKS and not (kind == b"tEXt" and keyword in OWN_KEYWORDS)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the bytes of each chunk of a PNG file (W3C PNG, section 5.3)."""
    start = len(PNG)
    while start + 8 <= len(content):
        (length,) = LENGTH.unpack_from(content, start)
        kind = content[start + 4 : start + 8]
        yield kind, content[start + 8 : start + 8 + length]
        start += length + 12
