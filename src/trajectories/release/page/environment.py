"""Templates that speak the language of a run."""

from collections.abc import Mapping

import jinja2
from markupsafe import Markup

from trajectories.release.speaker import Speaker, Values


def environment(speaker: Speaker) -> jinja2.Environment:
    """Make the page's templates speak.

    `{% trans %}` says a message as `Speaker.say` does: a name that the template does not know is
    the speaker's, and a variable that is a function gets the speaker of the message's language.
    """
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("trajectories.release", "templates"),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )

    def said(found: tuple[str, Speaker], values: Mapping[str, object]) -> Markup:
        text, other = found
        given = {
            name: value for name, value in values.items() if not isinstance(value, jinja2.Undefined)
        }
        return Markup(text) % Values(other, given)

    def gettext(text: str, /, **values: object) -> Markup:
        return said(speaker.find(text), values)

    def ngettext(one: str, many: str, number: int, /, **values: object) -> Markup:
        return said(speaker.find((one, many), number), values)

    made.newstyle_gettext = True  # type: ignore[attr-defined]
    made.globals.update(gettext=gettext, ngettext=ngettext)
    return made
