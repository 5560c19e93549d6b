"""Words for outcomes, populations and measures, in English and in Danish."""

from typing import NamedTuple

LANGUAGES = ("en", "da")
Pair = tuple[str, str]
"""The same in English and in Danish."""


class Outcome(NamedTuple):
    """An exit in words.

    Attributes:
        name: after "of" or "to": "a job".
        reached: after "had": "found a job".
        by: "exit by" instead of "exit to".
    """

    name: Pair
    reached: Pair
    by: bool = False


OUTCOMES: dict[str, Outcome] = {
    "job": Outcome(("a job", "job"), ("found a job", "fået job")),
    "education": Outcome(("education", "uddannelse"), ("begun education", "begyndt på uddannelse")),
    "flexjob": Outcome(("a flexjob", "fleksjob"), ("begun a flexjob", "fået fleksjob")),
    "disability_pension": Outcome(
        ("disability pension", "førtidspension"),
        ("been granted disability pension", "fået førtidspension"),
    ),
    "rehabilitation": Outcome(
        ("rehabilitation", "revalidering"), ("begun rehabilitation", "begyndt på revalidering")
    ),
    "other_benefit": Outcome(
        ("another benefit", "anden ydelse"), ("gone to another benefit", "fået en anden ydelse")
    ),
    "self_support": Outcome(
        ("self-support", "selvforsørgelse"),
        ("become self-supporting", "blevet selvforsørgende"),
    ),
    "sickness": Outcome(
        ("sickness benefit", "sygedagpenge"), ("gone to sickness benefit", "fået sygedagpenge")
    ),
    "parental": Outcome(("parental leave", "barsel"), ("gone on parental leave", "gået på barsel")),
    "old_age": Outcome(
        ("old-age pension", "folkepension"), ("reached old-age pension", "nået folkepension")
    ),
    "death": Outcome(("death", "død"), ("died", "afgået ved døden"), by=True),
    "emigration": Outcome(("emigration", "udvandring"), ("emigrated", "været udvandret"), by=True),
}
OF_DURATIONS = Outcome(("the event", "hændelsen"), ("had the event", "haft hændelsen"))

READINESS: dict[str, Pair] = {
    "activity_ready": ("activity-ready", "aktivitetsparate"),
    "job_ready": ("job-ready", "jobparate"),
    "education_ready": ("education-ready", "uddannelsesparate"),
}
RATIOS: dict[str, Pair] = {
    "cloglog": ("hazard ratio", "hazardratio"),
    "logit": ("odds ratio", "oddsratio"),
    "poisson": ("rate ratio", "rateratio"),
}
CHANCES: dict[str, Pair] = {
    "cloglog": ("chance", "chance"),
    "logit": ("odds", "odds"),
    "poisson": ("rate", "rate"),
}
TERMS = {
    "duration_band": "duration bands",
    "team_first": "first team",
    "age_band": "age",
}
MONTHS: tuple[Pair, ...] = (
    ("January", "januar"),
    ("February", "februar"),
    ("March", "marts"),
    ("April", "april"),
    ("May", "maj"),
    ("June", "juni"),
    ("July", "juli"),
    ("August", "august"),
    ("September", "september"),
    ("October", "oktober"),
    ("November", "november"),
    ("December", "december"),
)
