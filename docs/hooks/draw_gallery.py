"""Draw the pictures of the gallery from the code of its page: python docs/hooks/draw_gallery.py."""

import re
import sys
from pathlib import Path
from typing import Any

import matplotlib

DOCS = Path(__file__).parents[1]
BLOCK = re.compile(
    r"(?:!\[[^\]]*\]\(images/gallery/(?P<name>\w+)\.png\)\n\n)?```python\n(?P<code>.*?)```", re.S
)


def draw(out: Path) -> list[str]:
    """Run the page's code and save what each named block draws; return the names."""
    matplotlib.use("Agg")
    from matplotlib import pyplot

    drawn = []
    known: dict[str, Any] = {}
    for block in BLOCK.finditer((DOCS / "gallery.md").read_text(encoding="utf-8")):
        exec(compile(block["code"], "gallery.md", "exec"), known)
        if block["name"]:
            figure = pyplot.gcf()
            figure.savefig(out / f"{block['name']}.png", dpi=90, metadata={"Software": None})
            drawn.append(block["name"])
        pyplot.close("all")
    return drawn


if __name__ == "__main__":
    sys.stdout.write("\n".join(draw(DOCS / "images" / "gallery")) + "\n")
