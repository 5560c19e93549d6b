"""Saying messages in the language of a run, each sentence in one language."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Self

from trajectories.words import Plural, _, localise, n_, translation

MONTHS = n_("{number} month", "{number} months")


class Speaker(ABC):
    """Says marked messages in its language, and in English what has no translation."""

    language: str

    @property
    @abstractmethod
    def english(self) -> Self:
        """The same in English."""

    def find(self, message: str | Plural, number: int = 1) -> tuple[str, Self]:
        """Look a message up; where it has no translation, it is English.

        Returns:
            The text, and the speaker of its language: what fills the text must not be in another.
        """
        found = translation(message, self.language, number)
        if found is not None:
            return found, self
        return self.english.find(message, number)

    def say(self, message: str, **values: object) -> str:
        """Say a message in the run's language; in English where it has no translation.

        Args:
            message: as it was marked by `_`, with names in braces.
            values: by such a name, a text or number, or a function that gives it for the speaker in
                the language that the message is said in. Any other name is the speaker's own:
                "{outcome}" is what `outcome` says.
        """
        text, speaker = self.find(message)
        return text.format_map(Values(speaker, values))

    def count(self, messages: Plural, number: int, **values: object) -> str:
        """Say a message that depends on a number, as `say` does; "{number}" is the number."""
        text, speaker = self.find(messages, number)
        return text.format_map(Values(speaker, {"number": number, **values}))

    def word(self, text: str) -> str:
        """Translate a word that may be one of the run's data; an unknown one is left as it is."""
        return translation(text, self.language) or text

    def listed(self, parts: list[str]) -> str:
        """Join parts by commas and a last "and"."""
        if len(parts) < 2:
            return "".join(parts)
        return self.say(_("{first} and {last}"), first=", ".join(parts[:-1]), last=parts[-1])

    def months(self, number: int) -> str:
        """Say a number of months."""
        return self.count(MONTHS, number)

    def localise(self, number: str) -> str:
        """Give a number in Python's notation the language's signs for thousands and decimals."""
        return localise(number, self.language)


class Values(dict[str, object]):
    """What fills a message: the given values, and for any other name what the speaker says."""

    def __init__(self, speaker: Speaker, values: Mapping[str, object]) -> None:
        """Let functions among the values speak the language of `speaker`."""
        said = {name: one(speaker) if callable(one) else one for name, one in values.items()}
        super().__init__(said)
        self.speaker = speaker

    def __missing__(self, name: str) -> object:
        """Give what the speaker says by that name."""
        return getattr(self.speaker, name)
