"""Bad rows and values: what is quarantined, merged, or stops the run."""

from register.bad_inputs import Bad

ROWS = (
    Bad(
        "a row without a person", "person is missing", {"spells": ",130,2010-01-01,2010-02-01,,\n"}
    ),
    Bad(
        "a person who is not in `persons`",
        "person is not in persons",
        {"spells": "x,130,2010-01-01,2010-02-01,,\n"},
    ),
    Bad(
        "two rows of one person that contradict each other",
        "contradict each other",
        {"persons": "r,1970-01-01,K,657,,\nr,1970-01-02,K,657,,\n"},
    ),
    Bad(
        "spells of a person whose row was rejected",
        "person was rejected in persons",
        {"persons": "r,1970-02-31,K,657,,\n", "spells": "r,130,2010-01-01,2010-02-01,,\n"},
    ),
    Bad("no start", "start is missing", {"spells": "p,890,,2010-02-01,,\n"}),
    Bad("a start that is no date", "start is not a date", {"spells": "p,890,2010-13-45,,,\n"}),
    Bad(
        "an end that the calendar does not have",
        "end is not a date",
        {"spells": "p,890,2010-01-01,2010-02-31,,\n"},
    ),
    Bad(
        "no end, where the configuration rejects that",
        "end is missing",
        {"spells": "p,890,2010-03-01,,,\n"},
        section={"empty_end": "reject"},
    ),
    Bad(
        "an end before its start",
        "end lies before start",
        {"spells": "p,890,2010-03-02,2010-03-01,,\n"},
    ),
    Bad(
        "a row without a day, where ends are the day after",
        "holds no day",
        {"spells": "p,890,2010-03-01,2010-03-01,,\n"},
        section={"files": {"spells": {"ends": "day_after"}}},
    ),
    Bad(
        "a day of registration that is no date",
        "registered is not a date",
        {"spells": "p,890,2011-03-01,2011-04-01,,soon\n"},
    ),
    Bad("no code", "code is missing", {"spells": "p,,2011-03-01,2011-04-01,,\n"}),
    Bad(
        "a code before its validity, where the configuration rejects that",
        "code is not valid",
        {"spells": "p,720,2011-03-01,2011-04-01,,\n"},
        section={"outside_validity": "reject"},
    ),
    Bad("no caseworker", "caseworker is missing", {"assignments": "p,,2012-01-01,2012-02-01,,,\n"}),
    Bad("no readiness", "readiness is missing", {"readiness": "p,,2012-01-01,2012-02-01\n"}),
    Bad("no activity", "activity is missing", {"activities": "p,,2012-01-01,2012-02-01\n"}),
    Bad("negative hours", "weekly_hours", {"employment": "p,2012-01-01,2012-02-01,-5,47\n"}),
    Bad("more hours than a week has", "168", {"employment": "p,2012-01-01,2012-02-01,200,47\n"}),
    Bad("hours in words", "weekly_hours", {"employment": "p,2012-01-01,2012-02-01,full,47\n"}),
    Bad(
        "a municipality in words",
        "municipality is not a whole number",
        {"spells": "p,890,2011-03-01,2011-04-01,Herning,\n"},
    ),
    Bad(
        "a municipality beyond all codes",
        "municipality is not a whole number",
        {"spells": "p,890,2011-03-01,2011-04-01,99999,\n"},
    ),
    Bad(
        "a spell that starts before birth",
        "starts before birth",
        {"spells": "q,130,1989-01-01,2012-01-01,,\n"},
        section={"first_day": "1980-01-01"},
    ),
    Bad(
        "a spell that starts after death",
        "starts after death",
        {"spells": "q,130,2014-07-01,2014-08-01,,\n"},
    ),
    Bad(
        "a spell that runs on after death",
        "used: trimmed",
        {"spells": "q,130,2014-05-01,2014-08-01,,\n"},
    ),
    Bad(
        "a spell outside the days of the extract",
        "lies outside the days of the extract",
        {"spells": "p,130,2007-01-01,2007-02-01,,\n"},
    ),
    Bad("a birthday that is no date", "birth_date is not a date", {"persons": "r,1980,K,657,,\n"}),
    Bad(
        "a date of death that is no date",
        "died is not a date",
        {"persons": "r,1980-01-01,K,657,yes,\n"},
    ),
    Bad(
        "a date of emigration that is no date",
        "emigrated is not a date",
        {"persons": "r,1980-01-01,K,657,,x\n"},
    ),
    Bad(
        "a death before birth",
        "died lies before birth_date",
        {"persons": "r,1980-01-01,K,657,1970-01-01,\n"},
    ),
    Bad(
        "a sex that is neither K nor M",
        "sex is neither K nor M",
        {"persons": "r,1980-01-01,X,657,,\n"},
    ),
    Bad(
        "a row delivered twice",
        "merged: equal to another row",
        {"spells": "p,130,2010-01-01,2010-12-31,657,2010-01-02\n"},
    ),
    Bad(
        "a person delivered twice",
        "merged: equal to another row",
        {"persons": "p,1980-01-01,K,657,,\n"},
    ),
    Bad(
        "two benefits on one day",
        "used: trimmed",
        {"spells": "p,890,2010-06-01,2011-01-31,657,\n"},
    ),
    Bad(
        "a spell delivered in two parts",
        "merged: equal to the row before it",
        {"spells": "p,130,2011-01-01,2011-06-30,657,\n"},
    ),
)

READ = tuple(
    Bad(kind, "is read", rows)
    for kind, rows in (
        (
            "`NA` for no date of death, as R writes it",
            {"persons": "r,1970-01-01,K,NA,NA,NA\ns,1971-01-01,M,NA,NA,NA\n"},
        ),
        (
            "`NaT` for an open end, as pandas writes it",
            {"spells": "p,890,2012-03-01,NaT,,\n"},
        ),
        ("`NULL` for no day of registration", {"spells": "p,890,2012-03-01,2012-04-01,,NULL\n"}),
        (
            "`.` for no hours, as SAS and Stata write it",
            {"employment": "p,2013-01-01,2013-02-01,.,.\n"},
        ),
        (
            "a municipality with decimals, as pandas writes a column with gaps",
            {"spells": "p,890,2012-03-01,2012-04-01,657.0,\n"},
        ),
        ("a code with decimals", {"spells": "p,890.0,2012-03-01,2012-04-01,,\n"}),
        (
            "a time of registration",
            {"spells": "p,890,2012-03-01,2012-04-01,,2012-03-02 10:15:00\n"},
        ),
        (
            "an end at the last minute of its day",
            {"spells": "p,890,2012-03-01,2012-04-01 23:59:59,,\n"},
        ),
    )
)

VALUES = (
    Bad(
        "times of day in a column of days",
        "times of day other than midnight",
        {"spells": "p,890,2011-12-31T23:00:00Z,2012-02-01,,\n"},
    ),
    Bad("an unknown code", "4711", {"spells": "p,4711,2011-03-01,2011-04-01,,\n"}),
    Bad(
        "keys in the column of codes",
        "values that are no known code",
        {"spells": "p,p,2011-03-01,2011-04-01,,\n"},
    ),
    Bad(
        "more unknown codes than a codelist could lack",
        "31 values that are no known code",
        {"spells": "".join(f"p,x{i:02},2011-03-01,2011-04-01,,\n" for i in range(31))},
    ),
    Bad(
        "an unknown readiness",
        "unknown readiness",
        {"readiness": "p,match 2,2012-01-01,2012-02-01\n"},
    ),
    Bad("an unknown activity", "unknown activity", {"activities": "p,VP,2012-01-01,2012-02-01\n"}),
    Bad(
        "a CPR number as the key of a person",
        "look like CPR numbers",
        {"persons": "010180-1234,1980-01-01,K,657,,\n"},
    ),
    Bad(
        "a CPR number without its hyphen, among the spells alone",
        "look like CPR numbers",
        {"spells": "0101801234,130,2011-03-01,2011-04-01,,\n"},
    ),
    Bad(
        "a CPR number in a remark",
        "column 'reason' look like CPR numbers",
        {"assignments": "p,bo,2012-01-01,2012-02-01,adult,657,see 010180-1234\n"},
    ),
    Bad(
        "a code before its validity, where the configuration stops at that",
        "not valid in the codelist",
        {"spells": "p,720,2011-03-01,2011-04-01,,\n"},
        section={"outside_validity": "stop"},
    ),
    Bad(
        "overlapping rows, where the configuration stops at that",
        "1 row of spells overlaps",
        {"spells": "p,890,2010-06-01,2011-01-31,657,\n"},
        section={"overlaps": {"spells": "stop"}},
    ),
)
