"""All edge cases by name, and the documentation page that lists them."""

from trajectories.register.named_cases.case import EdgeCase
from trajectories.register.named_cases.cases import DAYS, PEOPLE, RULES


def edge_cases() -> dict[str, EdgeCase]:
    """Return all edge cases by name."""
    return {case.name: case for case in (*DAYS, *PEOPLE, *RULES)}


def edge_case_page() -> str:
    """Return the page of the documentation that lists all edge cases."""
    head = (
        "# Edge cases by name\n\n"
        "Small registers that ship with the package, each with its expected outcome. The tests "
        "run all of them; `trajectories docs write` generates this page from the same rows.\n\n"
        "```python\nfrom trajectories.register import edge_cases, load_codelist\n\n"
        'case = edge_cases()["death_mid_spell"]\n'
        'tables = case.clean(load_codelist(Path("config/codelists/dream.csv")))\n```\n\n'
        "A `-` is a missing cell. The extract runs from 1 January 2008 to 31 December 2018 unless "
        "the case says otherwise. Fates count rows.\n"
    )
    return head + "".join(_section(case) for case in edge_cases().values())


def _section(case: EdgeCase) -> str:
    lines = [f"\n## `{case.name}`\n\n{case.story}\n\n```text"]
    for table, rows in case.tables.items():
        lines += [f"{table}: {' '.join(case.columns(table))}", *(f"  {row}" for row in _few(rows))]
    for key, value in case.config.items():
        lines.append(f"register.{key}: {value}")
    for table, rows in case.expected.items():
        lines += [f"→ {table}", *(f"  {row}" for row in rows or ("(none)",))]
    for month, state in case.months.items():
        lines.append(f"→ {month} is {state}")
    for cause, count in case.changes.items():
        lines.append(f"→ {count} changes of caseworker: {cause}")
    for table, fates in case.fates.items():
        lines.append(f"→ fates of {table}: {', '.join(f'{k} {n}' for k, n in fates.items())}")
    return "\n".join([*lines, "```\n"])


def _few(rows: tuple[str, ...], most: int = 8) -> tuple[str, ...]:
    return rows if len(rows) <= most else (*rows[: most - 1], f"… {len(rows) - most + 1} more")
