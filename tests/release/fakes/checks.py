"""Invented designs, checks and verdict of the hazard stage."""

import math

import polars as pl

SIZE = {"person_months": 268_000, "persons": 13_200, "events": 2_900}
BEHIND = {"from_caseworkers": 84, "to_caseworkers": 109}


def _estimate(coef: float, se: float) -> dict[str, float]:
    return {
        "coef": coef,
        "se": se,
        "hazard_ratio": math.exp(coef),
        "low": math.exp(coef - 2 * se),
        "high": math.exp(coef + 2 * se),
    }


def sensitivity_tables() -> dict[str, pl.DataFrame]:
    """How changes come about, attrition, detection and the selection curve."""
    curve = [
        {
            "selective": kind,
            "strength": strength,
            "persons": 13_000,
            "person_months": 268_000,
            "events": 2_900,
            "changes": 9_000,
            "selected": 3_000,
            "from_caseworkers": 130,
            "to_caseworkers": 135,
            "association": 1.0 - depth * i,
            "departures": 1.0,
        }
        for kind, depth in (("requests", 0.02), ("every change but departures and moves", 0.1))
        for i, strength in enumerate(("1", "2", "3", "4"))
    ]
    return {
        "risk_accounting": pl.DataFrame(
            {
                "step": ["left out", "followed until", "followed until"],
                "reason": ["start not observed", "exit", "caseworker no longer observed"],
                "courses": [2_000, 9_000, 0],
            }
        ),
        "selection_curve": pl.DataFrame(curve),
        "detection": pl.DataFrame(
            {
                "what": ["caseworkers who left, recall", "changes of clients", "cause: departure"],
                "planted": [80, 14_000, 5_000],
                "found": [None, 13_900, 5_050],
                "both": [79, 13_800, 4_900],
            }
        ),
    }


def history_tables() -> dict[str, pl.DataFrame]:
    """Types of course before and after changes, and models of them."""
    names = ("JOB", "SA_PASSIVE", "SA_ACTIVE + SA_PASSIVE")
    kinds = ("after a change", "after leaving a state", "before the month")
    types = [
        {"kind": kind, "cluster": i, "name": name, "windows": 400 * i, "persons": 300 * i}
        | (BEHIND if kind == kinds[0] else dict.fromkeys(BEHIND))
        for kind in kinds
        for i, name in enumerate(names, start=1)
    ]
    cells = [
        {"cluster": i, "position": position, "state": state, "count": count, "weight": 1.0 * count}
        for i in (1, 2, 3)
        for position in range(1, 13)
        for state, count in (("SA_PASSIVE", 100 * i - 8 * position), ("JOB", 300 + 8 * position))
    ]
    after = [
        {
            "cause": cause,
            "cluster": i,
            "persons": 90 * i,
            "events": 100 * i,
            **BEHIND,
            "matched": 12_000,
            "matched_share": 0.3,
            "difference": 0.02 * (i - 2),
            "low": 0.02 * (i - 2) - 0.01,
            "high": 0.02 * (i - 2) + 0.01,
        }
        for cause in ("any change", "departure", "request")
        for i in (1, 2, 3)
    ]
    models = [
        {"family": family, "design": design, "term": term, "clusters": 33, "p_value": 0.04}
        | SIZE
        | BEHIND
        | _estimate(coef, 0.05)
        for family, design, term, coef in (
            ("transition to a course", "1 JOB", "departures", -0.2),
            ("transition to a course", "1 JOB", "changes of any cause", -0.3),
            ("transition to a course", "2 SA_PASSIVE", "departures", 0.0),
            ("course so far", "against 1 SA_PASSIVE", "2 JOB", 0.4),
            ("course so far", "against 1 SA_PASSIVE", "departures, course held", -0.2),
        )
    ]
    return {
        "course_types": pl.DataFrame(types),
        "after_states": pl.DataFrame([cell | BEHIND for cell in cells]),
        "leaving_states": pl.DataFrame(cells),
        "after_types": pl.DataFrame(after),
        "history_models": pl.DataFrame(models),
        **sensitivity_tables(),
    }


def check_tables() -> dict[str, pl.DataFrame]:
    """The tables that stand beside the models."""
    specifications = [
        ("specification", name, "departures", coef)
        for name, coef in (
            ("headline", -0.25),
            ("odds ratios (logit)", -0.251),
            ("calendar month", -0.249),
            ("lag of 3 months", -0.22),
        )
    ]
    others = [
        ("placebo", "the caseworker has not left yet", "leaves in the next six months", -0.01),
        ("exits", "education", "departures", 0.02),
        ("subgroup", "sex", "K", -0.2),
        ("subgroup", "sex", "M", -0.3),
    ]
    designs = [
        {"family": family, "design": design, "term": term, "clusters": 33, "p_value": 0.0412}
        | SIZE
        | BEHIND
        | _estimate(coef, 0.05)
        for family, design, term, coef in (*specifications, *others)
    ]
    empty = dict.fromkeys(("coef", "se", "hazard_ratio", "low", "high"))
    designs.append(designs[-1] | empty | {"term": "equal in all groups", "p_value": 0.62})
    later = {"family": "constancy", "design": "months since a departure", "p_corrected": 0.9}
    designs.append(designs[0] | later | {"term": "after a year against after a month"})
    months = [
        {
            "contrast": contrast,
            "lag": lag,
            "person_months": 2_000 + lag,
            "persons": 1_800 + lag,
            "events": 24,
            **BEHIND,
            **_estimate(0.0 if lag < 1 else -0.25, 0.2),
        }
        for contrast in ("against other clients", "against the same list before")
        for lag in range(-12, 13)
    ]
    tests = [
        {"test": "leads", "clusters": 33, "p_value": 0.48} | SIZE | BEHIND,
        {"test": "pooled lead", "clusters": 33, "p_value": 0.9}
        | SIZE
        | BEHIND
        | _estimate(0.01, 0.08),
        {"test": "smallest detectable lead", "clusters": 33, "low": 0.78, "high": 1.28}
        | SIZE
        | BEHIND,
    ]
    after = [
        {"cause": cause, "outcome": outcome, "persons": 900, "changes": 1_000, "events": events}
        | (dict.fromkeys(BEHIND) if cause.startswith("no change") else BEHIND)
        for cause in ("departure", "request", "no change (matched months)")
        for outcome, events in (
            ("job", 83),
            ("education", 31),
            ("upgrade to job-ready", 52),
            ("entry to activation", 310),
            ("still on support", 640),
        )
    ]
    return {
        "designs": pl.DataFrame(designs, infer_schema_length=None),
        "event_study": pl.DataFrame(months),
        "event_tests": pl.DataFrame(tests).drop("coef", "se", strict=False),
        "job_risks": pl.DataFrame(
            {
                "time": [12, 24],
                "persons": [13_225, 13_225],
                "courses": [13_225, 13_225],
                "clusters": [33, 33],
                "from_caseworkers": [84, 84],
                "to_caseworkers": [109, 109],
                "risk_none": [0.15272, 0.20356],
                "risk_departure": [0.13614, 0.17716],
                "difference": [-0.01658, -0.0264],
                "se": [0.0038, 0.006],
                "low": [-0.02434, -0.03868],
                "high": [-0.00882, -0.01412],
            }
        ),
        "lead_bounds": pl.DataFrame(
            {
                "contrast": ["against other clients"] * 3,
                "bound": ["no difference", "as large", "breakdown"],
                **{name: [number] * 3 for name, number in (SIZE | BEHIND).items()},
                "clusters": [30] * 3,
                "relative": [0.0, 1.0, 0.3178],
                "set_low": [0.8123, 0.7312, None],
                "set_high": [0.8123, 0.9131, None],
                "low": [0.7012, 0.5123, None],
                "high": [0.9412, 1.3123, None],
            }
        ),
        "randomisation": pl.DataFrame(
            {
                "kind": ["headline", "unrelated exit", "balance"],
                "test": ["job", "death", "all characteristics"],
                "persons": [2_164] * 3,
                "events": [220, 12, None],
                **{name: [number] * 3 for name, number in BEHIND.items()},
                "departures": [83] * 3,
                "caseworkers": [381] * 3,
                "blocks": [82] * 3,
                "degrees": [1, 1, 12],
                "statistic": [-2.8407, 0.2062, 12.4603],
                "p_value": [0.0055, 0.838, 0.4325],
                "p_corrected": [None, 0.838, None],
            }
        ),
        "balance": pl.DataFrame(
            {
                "characteristic": ["sex", "sex"],
                "level": ["K", "M"],
                "listed": [1_227, 1_294],
                "others": [14_387, 15_141],
                "from_caseworkers": [80, 81],
                "other_caseworkers": [120, 122],
                "listed_share": [0.4867, 0.5133],
                "others_share": [0.4865, 0.5135],
                "standardised_difference": [0.0004, -0.0004],
                "p_value": [0.9907, 0.9907],
            }
        ),
        "after_changes": pl.DataFrame(after),
        "verdict": pl.DataFrame(
            {
                "check": ["placebo", "closing", "total_and_direct"],
                "verdict": ["contradicted", "contradicted", "supported"],
                "reason": ["near_contradicted", "closing", "total_and_direct"],
                "subject": ["the caseworker has not left yet", None, None],
                "months": [None, 1, None],
                "persons": [13_225, None, 13_225],
                "events": [2_415, None, 2_415],
                "from_caseworkers": [84, 40, 84],
                "to_caseworkers": [109, 50, 109],
                "exit_months": [None, 100, None],
                "exit_changes": [None, 4, None],
                "matched_months": [None, 90_210, None],
                "matched_changes": [None, 2_533, None],
                "ratio": [0.8012, None, 0.7833],
                "low": [0.7021, None, None],
                "high": [0.9143, None, None],
                "p_value": [0.0012, None, None],
                "other_ratio": [None, None, 0.7791],
            }
        ),
    }
