"""Time-stamped events: from state sequences, from tables, and back to states."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from trajectories.arrays import Floats, Ints
from trajectories.sequences.coding import MISSING, VOID, State
from trajectories.sequences.convert.spells import spell_rows
from trajectories.sequences.state_sequences import StateSequences

EventRule = Literal["transition", "period", "state"]


@dataclass(frozen=True, eq=False)
class EventSequences:
    """Time-stamped events of n cases, one case after another.

    Attributes:
        offset: the first event of each case and the number of all, int64 (n + 1,).
        time: time of each event, increasing within a case, float64 (m,).
        event: position of each event in `events`, increasing within a time, int64 (m,).
        events: the names of events.
        weights: non-negative case weights, float64 (n,).
        length: the time at which each case ends, float64 (n,); the last event where not known.
    """

    offset: Ints
    time: Floats
    event: Ints
    events: tuple[str, ...]
    weights: Floats
    length: Floats

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.weights)

    def __repr__(self) -> str:
        """Summarise the events without showing single cases."""
        return (
            f"EventSequences: {len(self.time):,} events of {len(self):,} cases; "
            f"{len(self.events)} kinds of events"
        )

    @classmethod
    def from_frame(
        cls,
        frame: pl.DataFrame,
        cases: int,
        *,
        weights: npt.ArrayLike | None = None,
        length: npt.ArrayLike | None = None,
        events: Sequence[str] = (),
    ) -> "EventSequences":
        """Read time-stamped events.

        Args:
            frame: sequence (0 … cases − 1), time and event, in any order; repeats count once.
            cases: the number of cases; some may have no event.
            weights: (cases,) non-negative; ones by default.
            length: the time at which each case ends (cases,); its last event by default.
            events: names of events in their order; those that occur, sorted, by default.

        Raises:
            ValueError: an event is not among `events`, or a case outside 0 … cases − 1.
        """
        names = tuple(events) or tuple(frame["event"].cast(pl.String).unique().sort().to_list())
        unknown = set(frame["event"].cast(pl.String).unique()) - set(names)
        if unknown:
            raise ValueError(f"the event {min(unknown)!r} is not among the events")
        codes = frame.select(
            pl.col("sequence").cast(pl.Int64),
            pl.col("time").cast(pl.Float64),
            pl.col("event").cast(pl.Enum(names)).to_physical().cast(pl.Int64),
        ).unique()
        rows = codes.sort("sequence", "time", "event")
        case = rows["sequence"].to_numpy()
        if len(case) and (case[0] < 0 or case[-1] >= cases):
            raise ValueError(f"an event belongs to a case outside 0 to {cases - 1}")
        offset = np.searchsorted(case, np.arange(cases + 1)).astype(np.int64)
        time = rows["time"].to_numpy()
        end = np.zeros(cases)
        has = offset[1:] > offset[:-1]
        end[has] = time[offset[1:][has] - 1]
        return cls(
            offset=offset,
            time=time,
            event=rows["event"].to_numpy(),
            events=names,
            weights=_numbers(weights, np.ones(cases)),
            length=_numbers(length, end),
        )

    def texts(self) -> list[str]:
        """Return each case as `(A)-2-(B,C)-5`: events in brackets, times between them.

        The first number is omitted if the first event is at time 0, the last one if the case ends
        with its last event.
        """
        texts = []
        for case in range(len(self)):
            now, parts = 0.0, list[str]()
            rows = slice(self.offset[case], self.offset[case + 1])
            times = self.time[rows]
            for time in np.unique(times).tolist():
                names = [self.events[place] for place in self.event[rows][times == time]]
                if time > now:
                    parts.append(f"{time - now:g}")
                parts.append(f"({','.join(names)})")
                now = time
            if self.length[case] > now:
                parts.append(f"{self.length[case] - now:g}")
            texts.append("-".join(parts))
        return texts

    def to_frame(self) -> pl.DataFrame:
        """Return sequence, time and event, sorted; the format TSE."""
        names = np.array(self.events, dtype=object)
        return pl.DataFrame(
            {
                "sequence": np.repeat(np.arange(len(self)), np.diff(self.offset)),
                "time": self.time,
                "event": names[self.event] if len(self.event) else [],
            },
            schema_overrides={"event": pl.String},
        )


def event_names(
    alphabet: Sequence[State], rule: EventRule = "transition"
) -> dict[tuple[State, State], tuple[str, ...]]:
    """Return the events of each change between two states, as seqetm.

    Args:
        alphabet: the states.
        rule: `"transition"` (one event a pair, `A>B`), `"period"` (the end of one state and the
            beginning of another, `endA` and `B`), or `"state"` (the beginning of a state, `B`).

    Returns:
        Events by (from, to); (state, same state) is the beginning of the sequence.
    """
    if rule not in ("transition", "period", "state"):
        raise ValueError(f"the rule {rule!r} is neither transition, period nor state")
    table: dict[tuple[State, State], tuple[str, ...]] = {}
    for a in alphabet:
        for b in alphabet:
            if a == b or rule == "state":
                table[a, b] = (str(b),)
            elif rule == "period":
                table[a, b] = (f"end{a}", str(b))
            else:
                table[a, b] = (f"{a}>{b}",)
    return table


def to_events(
    seqs: StateSequences,
    rule: EventRule | Mapping[tuple[State, State], Sequence[str]] = "transition",
) -> EventSequences:
    """Return the beginning of each sequence and each change of state as time-stamped events.

    Missing positions are skipped: a change over a gap is dated at the first position after it.

    Args:
        seqs: the sequences.
        rule: the events of each change: a rule of `event_names`, or a mapping as it returns.

    Returns:
        Events timed by the position of the new state, from 0; their order is that of the mapping.
    """
    table = event_names(seqs.alphabet, rule) if isinstance(rule, str) else rule
    names = tuple(dict.fromkeys(name for events in table.values() for name in events))
    size = len(seqs.alphabet)
    spells = spell_rows(seqs)
    before = np.concatenate([[0], spells.state[:-1]]).astype(np.int64)
    now = spells.state.astype(np.int64)
    before[spells.place == 0] = now[spells.place == 0]
    change = before * size + now
    pairs = [(a, b) for a in seqs.alphabet for b in seqs.alphabet]
    listed = pl.DataFrame(
        {"change": np.arange(size * size), "event": [list(table[pair]) for pair in pairs]},
        schema_overrides={"event": pl.List(pl.String)},
    )
    frame = (
        pl.DataFrame({"sequence": spells.sequence, "time": spells.begin, "change": change})
        .join(listed, on="change", how="left")
        .explode("event")
        .drop_nulls("event")
    )
    return EventSequences.from_frame(
        frame, len(seqs), weights=seqs.weights, length=seqs.lengths, events=names
    )


def from_events(
    events: EventSequences, alphabet: Sequence[State], states: Mapping[str, State] | None = None
) -> StateSequences:
    """Build sequences from events that begin a state, as TSE_to_STS.

    Args:
        events: events with whole-number times, positions from 0.
        alphabet: the states in their order.
        states: the state that begins with each event; other events change nothing. By default, an
            event `A` or `A>B` begins `A` or `B`.

    Returns:
        One sequence per case over its `length`, missing before the first event that begins a state,
        void after the end. Of several events at one time the last in the order of events counts.

    Raises:
        ValueError: a time is not a whole number within the case's length.
    """
    names = {str(state): place for place, state in enumerate(alphabet)}
    if states is None:
        begun = [names.get(event.rpartition(">")[2], -1) for event in events.events]
    else:
        begun = [names[str(states[event])] if event in states else -1 for event in events.events]
    lengths = events.length.astype(np.int64)
    case = np.repeat(np.arange(len(events)), np.diff(events.offset))
    time = events.time.astype(np.int64)
    if (time != events.time).any() or (time < 0).any() or (time > lengths[case]).any():
        raise ValueError("times of events must be whole numbers within the length of their case")
    code = np.array(begun, dtype=np.int64)[events.event] if len(events.event) else time
    known = (code >= 0) & (time < lengths[case])
    out = np.full((len(events), max(int(lengths.max(initial=0)), 1)), MISSING, dtype=np.uint8)
    rows, places = case[known], time[known]
    _fill(out, rows, places, code[known])
    out[np.arange(out.shape[1]) >= lengths[:, None]] = VOID
    return StateSequences(out, tuple(alphabet), events.weights.copy())


def _fill(out: npt.NDArray[np.uint8], rows: Ints, places: Ints, code: Ints) -> None:
    """Fill each row with a code from its position to the next code or the end."""
    latest = np.full(out.shape, -1, dtype=np.int64)
    # Events are in time order, so the last of several at one position is kept.
    latest[rows, places] = np.arange(len(rows))
    latest = np.maximum.accumulate(latest, axis=1)
    known = latest >= 0
    out[known] = code[latest[known]]


def _numbers(given: npt.ArrayLike | None, default: Floats) -> Floats:
    """Return numbers of the default's shape, or the default if none are given."""
    numbers = default if given is None else np.array(given, dtype=np.float64)
    if numbers.shape != default.shape:
        raise ValueError(f"{numbers.shape} numbers do not fit {len(default)} cases")
    return numbers
