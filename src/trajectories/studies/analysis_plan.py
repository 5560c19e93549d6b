"""A pre-analysis plan in Markdown, filled in from a configuration before data are read."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from trajectories.caseworkers.exposures import PLACEBO_MONTHS
from trajectories.hazards import thresholds
from trajectories.release.outputs.question.trial import target_trial
from trajectories.release.study import Study, months

BEFORE = f"months −{-thresholds.LEADS[0]} to −{-thresholds.LEADS[-1]}"
SHOWN, CORRECTED = f"p < {thresholds.LEAST_P:g}", f"a corrected p < {thresholds.LEAST_P:g}"
APART, SMALL = "a standardised difference above", f"{thresholds.SMALL_DIFFERENCE:.2f}"
NEAR = f"within ±{100 * thresholds.NEAR_ONE:g} %"
CHECKS = (
    (
        f"Leads ({BEFORE} before a departure)",
        f"joint test and mean lead both {SHOWN}",
        f"90 % interval of the mean lead {NEAR}",
    ),
    (
        f"Placebo (the caseworker leaves within {months(PLACEBO_MONTHS)})",
        SHOWN,
        f"95 % interval {NEAR}",
    ),
    (
        "Negative control (parental leave, death, emigration, old age)",
        SHOWN,
        f"95 % interval {NEAR}",
    ),
    ("Attrition (lost from sight after a departure)", SHOWN, f"95 % interval {NEAR}"),
    (
        "Balance at the list date",
        f"{APART} {thresholds.LARGE_DIFFERENCE:.2f}, with {CORRECTED} (Holm)",
        f"all differences {SMALL} or less",
    ),
    (
        "Balance of all characteristics together (leavers drawn again within team and month)",
        f"{SHOWN} and {APART} {SMALL}",
        f"p of {thresholds.LEAST_P:g} or more and all differences {SMALL} or less",
    ),
    (
        "Leavers drawn again within team and month",
        f"{SHOWN} on the other side of 1 than the headline",
        f"{SHOWN} on the headline's side",
    ),
    (
        "Unrelated exits one by one, leavers drawn again (Holm)",
        CORRECTED,
        "never: no difference shown is silence",
    ),
    (
        f"Differences to other clients as large as in {BEFORE} (relative magnitudes)",
        "the interval of the year after lies on the other side of 1 than the headline",
        "the interval of the year after lies on the headline's side of 1",
    ),
    (
        "Closing caseworkers",
        "changes in the last counted month before an exit exceed those in matched months, "
        f"z > {thresholds.LARGE_Z}",
        "no such excess",
    ),
    (
        "Each municipality left out",
        "estimates on both sides of 1 and a headline interval that excludes 1",
        "all estimates within the headline's interval",
    ),
    (
        "Specification curve",
        "estimates on both sides of 1, some outside the headline's interval",
        "all estimates on one side of 1 and within the headline's interval",
    ),
    (
        "Constancy over months since the departure and over calendar time (Holm)",
        CORRECTED,
        f"both 95 % intervals {NEAR}",
    ),
    ("Equality over subgroups (Holm)", CORRECTED, "never: no difference shown is inconclusive"),
)


def analysis_plan(settings: Mapping[str, Any]) -> str:
    """Write the plan as Markdown; what the configuration leaves open is in square brackets."""
    study = Study(settings)
    of = study.of
    models, risk = "hazards.models", "hazards.risk"
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True, default=str).encode()).hexdigest()
    trial = [[cell.text for cell in row] for row in target_trial(study).rows]
    least = of(f"{models}.min_departures")
    parts = [
        f"# Pre-analysis plan: {of('run.title')}",
        "[Authors, affiliations, date, registration.] Written before any outcome was read, "
        f"made from a configuration with the SHA-256 `{digest[:16]}…`. Deviations are "
        "listed with their reasons in the report.",
        "## 1. Question",
        f"Does a change of caseworker alter the {study.chance} of {study.outcome} for "
        f"{study.population} on social assistance? [Background and earlier findings.] The claim at "
        f"issue is a {study.ratio} of [0.78] for each change of any cause; selection alone can "
        "produce such an association.",
        "## 2. Target trial",
        _table(("Part", "As done here"), trial),
        "## 3. Data",
        _list(
            (
                "Registers: [extracts, dates of delivery, who has access, approvals].",
                f"Social assistance: codelist groups {_words(of(f'{risk}.assistance_groups'))}; "
                f"interruptions under {of(f'{risk}.gap_days')} days are ignored.",
                f"Job: {of(f'{risk}.job_days')} consecutive days without benefit and with "
                f"employment, begun within {of(f'{risk}.job_within_days')} days.",
                f"Paused, and not an exit: {_words(of(f'{risk}.pause')) or 'none'}.",
                "Expected size: [persons, municipalities, departures]; power: [the output of "
                "`trajectories power` for these numbers].",
            )
        ),
        "## 4. Exposure",
        _list(
            (
                "A departure is a list that ends within "
                f"{of('hazards.changes.list_end_weeks')} weeks with no client after it, of which "
                f"at least {of('hazards.changes.min_clients')} clients and "
                f"{_percent(of('hazards.changes.min_moved_share'))} are handed over to "
                "colleagues; the person's own hand-over is left out.",
                f"A list that begins again within {of('hazards.changes.absence_months')} months is "
                "an absence.",
                "A person is exposed if on the list "
                f"{months(study.list_months)} before the leaver's last month, whatever happens "
                f"later; exposure counts after {months(study.lag_months)}.",
                "Identifiers that change for a whole unit on one day are recodings, not changes.",
            )
        ),
        "## 5. Primary analysis",
        _list(
            (
                f"Discrete-time hazard of `{study.event}`, link `{study.link}`, all other exits "
                "competing.",
                f"Adjusted for {_words(of(f'{models}.adjustment'), code=True)}.",
                "One coefficient: the number of departures met so far. Interval: CRV3 over "
                "municipality × first team, t(G−1); restricted wild bootstrap where there are "
                f"fewer than {thresholds.FEW_CLUSTERS} clusters or one holds more than "
                f"{_percent(thresholds.LARGE_SHARE)}.",
                f"With fewer than {least} departures no estimate is given.",
                f"Public number: difference in the share with {study.exit} within "
                f"{_words(study.horizons)} months between a departure in month "
                f"{study.departure_month} and none.",
                f"Two-sided, {_percent(thresholds.LEAST_P)}, no other primary outcome.",
            )
        ),
        "## 6. Secondary analyses, labelled as such",
        _list(
            (
                "Companion: departures and other changes in one model (not a total effect).",
                "Association: changes of any cause so far (not an effect).",
                "Months since a departure; one, two, three or more changes; changes by cause.",
                "Every other exit; later changes after a departure.",
                "Courses after a change against matched months, transitions by type of course "
                "(SAMM), and the course so far as a covariate.",
                "Subgroups, each with a test of equality, corrected by Holm: [list; the report has "
                "age, sex, municipality, period, months on support, earlier changes].",
            )
        ),
        "## 7. Checks and how they are judged",
        "Each check ends in one word. A contradicted check is shown above the headline number; "
        "a check that is neither contradicted nor supported is inconclusive.",
        _table(("Check", "Contradicted", "Supported"), CHECKS),
        "The E-value and the selection curve are reported for the reader to judge.",
        "## 8. Sensitivity",
        "Lags of 0 and 3 months; odds ratios; calendar months; fewer covariates; duration month by "
        "month; first course only; until the first other change; months still so classified; other "
        "definitions of the exit; each municipality left out. [Others.]",
        "## 9. Missing data and attrition",
        f"Exposure is lost {of(f'{risk}.exposure_gap_days')} days after the last observed "
        "caseworker; courses are censored there, and the report says whether departures make "
        "that more likely. Courses without a caseworker are left out and counted. [What is "
        "known of the coverage of each register.]",
        "## 10. Disclosure",
        f"Preset `{of('release.preset')}`; every table passes disclosure control before it leaves "
        "the server.",
        "## 11. What would change the conclusion",
        "[Say before the data are seen: an estimate whose interval lies above …, a contradicted "
        "lead test, …]",
        "## 12. Deviations",
        "[Empty at registration.]",
    ]
    return "\n\n".join(parts) + "\n"


def _words(values: Sequence[Any] | None, *, code: bool = False) -> str:
    texts = [f"`{value}`" if code else str(value) for value in values or ()]
    return f"{', '.join(texts[:-1])} and {texts[-1]}" if len(texts) > 1 else "".join(texts)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:g} per cent"


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
