"""The edge cases: rows of raw tables and their expected outcomes."""

from trajectories.register.named_cases.case import EdgeCase

READ = "used: as registered"
TRIMMED = "used: trimmed"
EQUAL = "merged: equal to another row"
NEIGHBOUR = "merged: equal to the row before it"
COVERED = "merged: covered by another row"

DAYS = (
    EdgeCase(
        "overlap_same_code",
        "Two rows of one code overlap: their days are joined into one spell.",
        {"spells": ("p 130 2012-01-01 2012-06-30", "p 130 2012-04-01 2012-12-31")},
        {"spells": ("p 130 2012-01-01 2012-12-31",)},
        {"spells": {TRIMMED: 1, NEIGHBOUR: 1}},
        {"p 2012-03": "SA_READY", "p 2012-09": "SA_READY"},
    ),
    EdgeCase(
        "overlap_other_code",
        "Sickness begins within social assistance and outlasts it; from its start, it prevails.",
        {"spells": ("p 130 2012-01-01 2012-06-30", "p 890 2012-05-01 2012-12-31")},
        {"spells": ("p 130 2012-01-01 2012-04-30", "p 890 2012-05-01 2012-12-31")},
        {"spells": {READ: 1, TRIMMED: 1}},
        {"p 2012-04": "SA_READY", "p 2012-05": "SICK"},
    ),
    EdgeCase(
        "spell_within_a_spell",
        "A month of sickness within a year of social assistance cuts that year in two.",
        {"spells": ("p 130 2012-01-01 2012-12-31", "p 890 2012-03-01 2012-03-31")},
        {
            "spells": (
                "p 130 2012-01-01 2012-02-29",
                "p 890 2012-03-01 2012-03-31",
                "p 130 2012-04-01 2012-12-31",
            )
        },
        {"spells": {READ: 1, TRIMMED: 1}},
    ),
    EdgeCase(
        "duplicate_row",
        "A row was delivered twice.",
        {"spells": ("p 130 2012-01-01 2012-06-30", "p 130 2012-01-01 2012-06-30")},
        {"spells": ("p 130 2012-01-01 2012-06-30",)},
        {"spells": {READ: 1, EQUAL: 1}},
    ),
    EdgeCase(
        "adjacent_equal_spells",
        "A spell was delivered in two parts, one beginning the day after the other.",
        {"spells": ("p 130 2012-01-01 2012-03-31", "p 130 2012-04-01 2012-06-30")},
        {"spells": ("p 130 2012-01-01 2012-06-30",)},
        {"spells": {READ: 1, NEIGHBOUR: 1}},
    ),
    EdgeCase(
        "gap_of_three_days_kept",
        "Three days lie between two equal spells; by default they stay days without a benefit.",
        {"spells": ("p 130 2012-01-01 2012-03-28", "p 130 2012-04-01 2012-06-30")},
        {"spells": ("p 130 2012-01-01 2012-03-28", "p 130 2012-04-01 2012-06-30")},
        {"spells": {READ: 2}},
    ),
    EdgeCase(
        "gap_of_three_days_filled",
        "The same gap where the configuration fills gaps of up to three days.",
        {"spells": ("p 130 2012-01-01 2012-03-28", "p 130 2012-04-01 2012-06-30")},
        {"spells": ("p 130 2012-01-01 2012-06-30",)},
        {"spells": {READ: 1, NEIGHBOUR: 1}},
        config={"overlaps": {"spell_gap_days": 3}},
    ),
    EdgeCase(
        "spell_across_new_year_week_53",
        "Week 53 of 2009, from Monday 28 December to Sunday 3 January: it has most days of neither "
        "month, and its Thursday is in December.",
        {"spells": ("p 130 2009-12-28 2010-01-03",)},
        {"spells": ("p 130 2009-12-28 2010-01-03",)},
        {"spells": {READ: 1}},
        {"p 2009-12": "SELF", "p 2010-01": "SELF"},
    ),
    EdgeCase(
        "one_day_spell",
        "A spell that starts and ends on one day holds that day.",
        {"spells": ("p 130 2012-01-31 2012-01-31",)},
        {"spells": ("p 130 2012-01-31 2012-01-31",)},
        {"spells": {READ: 1}},
    ),
    EdgeCase(
        "spell_without_a_day",
        "Where ends are the day after the last day, a row that ends on its start holds no day.",
        {"spells": ("p 130 2012-01-01 2012-02-01", "p 890 2012-02-01 2012-02-01")},
        {"spells": ("p 130 2012-01-01 2012-01-31",)},
        {"spells": {READ: 1, "rejected: holds no day: it ends on the day on which it starts": 1}},
        config={"files": {"spells": {"ends": "day_after"}}},
    ),
    EdgeCase(
        "end_before_start",
        "Start and end are swapped: the row is rejected, not corrected.",
        {"spells": ("p 130 2012-01-01 2012-06-30", "p 890 2012-12-31 2012-07-01")},
        {"spells": ("p 130 2012-01-01 2012-06-30",)},
        {"spells": {READ: 1, "rejected: end lies before start": 1}},
    ),
    EdgeCase(
        "still_running",
        "An empty end, and a date that means the same, run to the last day of the extract.",
        {"spells": ("p 130 2018-06-01 -", "q 730 2018-01-01 9999-12-31")},
        {"spells": ("p 130 2018-06-01 2018-12-31", "q 730 2018-01-01 2018-12-31")},
        {"spells": {READ: 2}},
    ),
    EdgeCase(
        "outside_the_extract",
        "One spell began before the extract's first day and is cut; another ended before it.",
        {"spells": ("p 130 2007-06-01 2008-03-31", "p 890 2006-01-01 2006-12-31")},
        {"spells": ("p 130 2008-01-01 2008-03-31",)},
        {"spells": {TRIMMED: 1, "rejected: lies outside the days of the extract": 1}},
    ),
    EdgeCase(
        "relabelled_at_reform",
        "On 1 January 2014 a code of social assistance becomes one of education assistance "
        "overnight; readiness and activity stay, and so does the state.",
        {"spells": ("p 733 2013-06-01 2013-12-31", "p 723 2014-01-01 2014-06-30")},
        {"spells": ("p 733 2013-06-01 2013-12-31", "p 723 2014-01-01 2014-06-30")},
        {"spells": {READ: 2}},
        {"p 2013-12": "SA_ACTIVE", "p 2014-01": "SA_ACTIVE"},
    ),
    EdgeCase(
        "code_before_its_validity",
        "Education assistance a year before there was any, where the configuration rejects that.",
        {"spells": ("p 720 2013-01-01 2013-03-31", "p 720 2014-01-01 2014-06-30")},
        {"spells": ("p 720 2014-01-01 2014-06-30",)},
        {"spells": {READ: 1, "rejected: code is not valid on the day on which it starts": 1}},
        config={"outside_validity": "reject"},
    ),
)

PEOPLE = (
    EdgeCase(
        "death_mid_spell",
        "A person dies within a spell that the administration ended a month later.",
        {
            "persons": ("p 1960-05-01 K 657 2014-03-10",),
            "spells": ("p 730 2013-01-01 2014-04-30", "p 890 2014-03-20 2014-04-30"),
        },
        {"spells": ("p 730 2013-01-01 2014-03-10 ",)},
        {"spells": {TRIMMED: 1, "rejected: starts after death": 1}},
        {"p 2014-02": "SA_PASSIVE", "p 2014-03": "OUT", "p 2014-04": "OUT"},
    ),
    EdgeCase(
        "dead_by_code",
        "Code 999 says that a person is dead; it alone may follow the date of death.",
        {
            "persons": ("p 1960-05-01 K 657 2014-03-10",),
            "spells": ("p 730 2013-01-01 2014-03-10", "p 999 2014-03-11 -"),
        },
        {"spells": ("p 730 2013-01-01 2014-03-10", "p 999 2014-03-11 2018-12-31")},
        {"spells": {READ: 2}},
        {"p 2014-04": "OUT", "p 2018-12": "OUT"},
    ),
    EdgeCase(
        "born_after_first_spell",
        "A spell begins before its person was born.",
        {
            "persons": ("p 1990-05-01 M 657",),
            "spells": ("p 130 1989-01-01 2012-12-31", "p 130 2013-01-01 2013-12-31"),
        },
        {"spells": ("p 130 2013-01-01 2013-12-31",)},
        {"spells": {READ: 1, "rejected: starts before birth": 1}},
    ),
    EdgeCase(
        "person_unknown",
        "A person has spells and is not in `persons`; another is there and has none.",
        {
            "persons": ("p 1980-01-01 K 657", "q 1981-01-01 M 657"),
            "spells": ("p 130 2012-01-01 2012-06-30", "x 130 2012-01-01 2012-06-30"),
        },
        {"spells": ("p 130 2012-01-01 2012-06-30",)},
        {"spells": {READ: 1, "rejected: person is not in persons": 1}, "persons": {READ: 2}},
    ),
    EdgeCase(
        "person_twice",
        "One person has two equal rows, another has two rows with different birthdays: which is "
        "right is unknown, so both rows and that person's spells are rejected.",
        {
            "persons": (
                "p 1980-01-01 K 657",
                "p 1980-01-01 K 657",
                "q 1981-01-01 M 657",
                "q 1982-01-01 M 657",
            ),
            "spells": ("p 130 2012-01-01 2012-06-30", "q 130 2012-01-01 2012-06-30"),
        },
        {"spells": ("p 130 2012-01-01 2012-06-30",)},
        {
            "persons": {
                READ: 1,
                EQUAL: 1,
                "rejected: person has several rows that contradict each other": 2,
            },
            "spells": {READ: 1, "rejected: person was rejected in persons": 1},
        },
    ),
    EdgeCase(
        "died_before_birth",
        "A date of death lies before the birthday.",
        {
            "persons": ("p 1980-01-01 K 657", "q 1981-01-01 M 657 1961-01-01"),
            "spells": ("p 130 2012-01-01 2012-06-30",),
        },
        {"spells": ("p 130 2012-01-01 2012-06-30",)},
        {"persons": {READ: 1, "rejected: died lies before birth_date": 1}},
    ),
    EdgeCase(
        "emigrates_and_returns",
        "Emigration cuts no spell, since people return; all months after it are OUT.",
        {
            "persons": ("p 1980-01-01 K 657 - 2012-06-30",),
            "spells": ("p 130 2012-01-01 2012-12-31",),
        },
        {"spells": ("p 130 2012-01-01 2012-12-31",)},
        {"spells": {READ: 1}},
        {"p 2012-06": "SA_READY", "p 2012-07": "OUT", "p 2012-12": "OUT"},
    ),
    EdgeCase(
        "moves_municipality",
        "A person moves within a spell, which two municipalities report: two rows of one code.",
        {"spells": ("p 130 2012-01-01 2012-04-30 657", "p 130 2012-05-01 2012-12-31 751")},
        {"spells": ("p 130 2012-01-01 2012-04-30 657", "p 130 2012-05-01 2012-12-31 751")},
        {"spells": {READ: 2}},
        {"p 2012-04": "SA_READY", "p 2012-05": "SA_READY"},
    ),
)

CLIENTS = [(f"p{worker}{client}", worker) for worker in "abc" for client in range(4)]

RULES = (
    EdgeCase(
        "registered_later_wins",
        "Two benefits claim May; the one entered last corrects the other.",
        {
            "spells": (
                "p 130 2012-01-01 2012-05-31 657 2012-06-15",
                "p 890 2012-05-01 2012-06-30 657 2012-05-03",
            )
        },
        {"spells": ("p 130 2012-01-01 2012-05-31 657", "p 890 2012-06-01 2012-06-30 657")},
        {"spells": {READ: 1, TRIMMED: 1}},
        config={"overlaps": {"spells": "latest_registered"}},
        extra={"spells": "registered"},
    ),
    EdgeCase(
        "stronger_benefit_wins",
        "Unemployment insurance takes precedence over social assistance in the configuration.",
        {"spells": ("p 111 2012-01-01 2012-06-30", "p 130 2012-05-01 2012-08-31")},
        {"spells": ("p 111 2012-01-01 2012-06-30", "p 130 2012-07-01 2012-08-31")},
        {"spells": {READ: 1, TRIMMED: 1}},
        config={"overlaps": {"spells": "priority", "priority": ["UI", "SA_JOBREADY"]}},
    ),
    EdgeCase(
        "readiness_overrides_code",
        "The visitation group is job-ready; the code does not say so.",
        {
            "spells": ("p 730 2014-01-01 2014-06-30",),
            "readiness": ("p job_ready 2014-04-01 2014-06-30",),
        },
        {"readiness": ("p job_ready 2014-04-01 2014-06-30",)},
        {"readiness": {READ: 1}},
        {"p 2014-03": "SA_PASSIVE", "p 2014-04": "SA_READY"},
    ),
    EdgeCase(
        "internship_outside_the_codes",
        "An internship that the code does not show makes its days active.",
        {
            "spells": ("p 730 2014-01-01 2014-06-30",),
            "activities": ("p internship_private 2014-03-01 2014-04-30",),
        },
        {
            "spells": (
                "p 730 2014-01-01 2014-02-28",
                "p 730 2014-03-01 2014-04-30",
                "p 730 2014-05-01 2014-06-30",
            )
        },
        {"activities": {READ: 1}, "spells": {READ: 1}},
        {"p 2014-02": "SA_PASSIVE", "p 2014-03": "SA_ACTIVE", "p 2014-05": "SA_PASSIVE"},
    ),
    EdgeCase(
        "two_jobs_at_once",
        "Two jobs overlap: their hours add up, under the industry of the larger.",
        {
            "spells": ("p 130 2012-01-01 2012-01-31",),
            "employment": ("p 2012-02-01 2012-04-30 20 47", "p 2012-03-01 2012-03-31 10,5 56"),
        },
        {
            "employment": (
                "p 2012-02-01 2012-02-29 20.0 47",
                "p 2012-03-01 2012-03-31 30.5 47",
                "p 2012-04-01 2012-04-30 20.0 47",
            )
        },
        {"employment": {READ: 1, "merged: added to a parallel job": 1}},
        {"p 2012-01": "SA_READY", "p 2012-02": "JOB", "p 2012-05": "SELF"},
    ),
    EdgeCase(
        "main_caseworker_by_role",
        "A mentor is assigned later than the main caseworker, who stays the primary one.",
        {
            "spells": ("p 730 2014-01-01 2014-12-31",),
            "assignments": (
                "p anna 2014-01-01 2014-12-31 adult 657 main",
                "p bo 2014-06-01 2014-08-31 adult 657 mentor",
            ),
        },
        {"assignments": ("p anna 2014-01-01 2014-12-31 adult 657",)},
        {"assignments": {READ: 1, COVERED: 1}},
        config={"overlaps": {"assignments": "role", "roles": ["main", "mentor"]}},
        extra={"assignments": "role"},
    ),
    EdgeCase(
        "caseworker_gap_carried",
        "Ten days without a caseworker are the former one's, where the configuration carries them.",
        {
            "spells": ("p 730 2014-01-01 2014-12-31",),
            "assignments": (
                "p anna 2014-01-01 2014-05-31 adult 657",
                "p bo 2014-06-11 2014-12-31 adult 657",
            ),
        },
        {
            "assignments": (
                "p anna 2014-01-01 2014-06-10 adult 657",
                "p bo 2014-06-11 2014-12-31 adult 657",
            )
        },
        {"assignments": {READ: 2}},
        config={"overlaps": {"assignment_carry_days": 14}},
    ),
    EdgeCase(
        "caseworker_id_recoded",
        "A municipality gives all its caseworkers new identifiers on one day: nobody changed "
        "caseworker.",
        {
            "spells": tuple(f"{person} 730 2014-01-01 2014-12-31" for person, _ in CLIENTS),
            "assignments": tuple(
                f"{person} {prefix}{worker} {days} adult 657"
                for person, worker in CLIENTS
                for prefix, days in (
                    ("old", "2014-01-01 2014-06-30"),
                    ("new", "2014-07-01 2014-12-31"),
                )
            ),
        },
        fates={"assignments": {READ: 2 * len(CLIENTS)}},
        changes={"recoding": len(CLIENTS)},
    ),
)
