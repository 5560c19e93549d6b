"""Snakemake's reports go where a step has told the user what is wrong, and stay otherwise."""

from hypothesis import given
from hypothesis import strategies as st

from trajectories.machine.launcher_words import BESIDE, LONGEST, NOTHING_LEFT, readable

BEGINNINGS = ("RuleException:", "LockException:")
SENTENCE = "dream.csv: row 298 has 39 cells and the header 412: the file may be cut short.\n"


def report(status: int) -> list[str]:
    return [
        "RuleException:\n",
        'CalledProcessError in file "workflow/rules/register.smk", line 86:\n',
        f"Command 'trajectories ingest' returned non-zero exit status {status}.\n",
        "Removing output files of failed job ingest since they might be corrupted:\n",
        "results/municipality/private/register\n",
        "Shutting down, this might take some time.\n",
        "Exiting because a job execution failed. Look above for error messages\n",
    ]


END = ["WorkflowError:\n", "At least one job did not complete successfully.\n"]
STOPPED = ["\n", "Stopped.\n", SENTENCE]


def kept(lines: list[str]) -> list[str]:
    return list(readable(lines))


def test_a_users_error_is_its_sentence_alone() -> None:
    assert kept([SENTENCE, *report(2), *STOPPED, *END]) == [SENTENCE, *STOPPED]


def test_of_a_fault_every_line_stays() -> None:
    lines = ["A fault of the program\n", *report(1), *STOPPED, *END]
    assert kept(lines) == lines


def test_a_fault_after_a_users_error_is_told() -> None:
    assert kept([*report(2), *report(1), *END]) == [*report(1), *END]


def test_what_only_begins_like_a_report_stays() -> None:
    long = ["RuleException:\n", *[f"line {n}\n" for n in range(LONGEST + 3)]]
    assert kept(long) == long
    assert kept(["RuleException:\n", "and no more"]) == ["RuleException:\n", "and no more"]


def test_a_second_run_beside_one_is_told_to_wait() -> None:
    lines = [
        "LockException:\n",
        "Error: Directory cannot be locked. Please make sure that no other Snakemake process …\n",
        "/home/study\n",
        "If you are sure … It can be removed with the --unlock argument.\n",
    ]
    assert kept([SENTENCE, *lines, *STOPPED]) == [SENTENCE, BESIDE, *STOPPED]
    assert kept(lines[:3]) == lines[:3]
    long = [lines[0], *[f"line {n}\n" for n in range(LONGEST)]]
    assert kept(long) == long


@given(st.lists(st.text(st.characters(exclude_characters="\n"), max_size=20)))
def test_other_lines_pass_as_they_are(texts: list[str]) -> None:
    lines = [f"{text}\n" for text in texts if text.rstrip("\r") not in BEGINNINGS]
    assert kept(lines) == lines


def test_an_unknown_target_is_named_with_where_the_known_ones_are() -> None:
    why = "(if you use input functions make sure that they don't raise unexpected exceptions).\n"
    (said,) = kept(["MissingRuleException:\n", f"No rule to produce clustr {why}"])
    assert said.startswith("The workflow makes no clustr: name a rule")
    assert "--list-target-rules" in said


def test_steps_that_cannot_start_are_told_in_a_sentence() -> None:
    line = "BUG: Out of jobs ready to be started, but not all files built yet. Please check X.\n"
    assert kept([line]) == [NOTHING_LEFT]
