"""Tuples of vector lanes: several query rows of a table, or sums of several queries, at once."""

from typing import Any, Final

from llvmlite import ir

from trajectories.dissimilarity.lanes.lanes_kernels import (
    Lanes,
    add_lanes,
    arrayobj,
    cgutils,
    intrinsic,
    larger_lanes,
    load_lanes,
    prefers_literals,
    smaller_lanes,
    spread_lanes,
    types,
)

MOVES: Final = 3
"""Costs of a letter in a cell of an alignment by moves: aslant, down, its share in across."""


@prefers_literals
def zero_rows(typing_context: Any, numbers: Any, count: Any) -> Any:
    """Return a tuple of `count` vectors of zeros; `count` is written as a number in the source."""
    rows = types.UniTuple(Lanes(numbers.dtype), count.literal_value)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return ir.Constant(context.get_value_type(rows), None)

    return rows(numbers, count), code


@intrinsic
def fill_rows(typing_context: Any, number: Any, rows: Any) -> Any:
    """Return a tuple of vectors like `rows` with a number in every lane."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        value = context.cast(builder, arguments[0], number, rows.dtype.number)
        row = spread_lanes(context, builder, rows.dtype, value)
        return cgutils.pack_array(builder, [row] * rows.count)

    return rows(number, rows), code


@intrinsic
def starts(typing_context: Any, states: Any, place: Any, span: Any, step: Any, rows: Any) -> Any:
    """Return states[place + r] * span − r * step for each of the rows of a tuple.

    This is where each row's weights lie, r positions behind the first row's.
    """
    result = types.UniTuple(types.intp, rows.count)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data, place_value, span_value, step_value, _ = arguments
        values = []
        behind = ir.Constant(step_value.type, 0)
        for row in range(rows.count):
            index = builder.add(place_value, ir.Constant(place_value.type, row))
            state = builder.zext(builder.load(builder.gep(data, [index])), span_value.type)
            values.append(builder.sub(builder.mul(state, span_value), behind))
            behind = builder.add(behind, step_value)
        return cgutils.pack_array(builder, values)

    return result(states, types.intp, types.intp, types.intp, rows), code


@intrinsic
def match_rows(
    typing_context: Any, profile: Any, starts: Any, column: Any, past: Any, corner: Any, above: Any
) -> Any:
    """Go one step through several query rows of an alignment.

    Each row is one target position behind the row above, so that none waits for another.

    Args:
        typing_context: numba's.
        profile: pointer to weights.
        starts: for each query row, where the weights of its letter begin.
        column: offset of the first row's target position in these weights.
        past: values of the rows after the last step, and after the step before it.
        corner: value above the first row at the previous target position.
        above: value above the first row at this target position.

    Returns:
        The values after this step and after the last.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _match(context, builder, starts, corner, arguments, None)

    return past(profile, starts, types.intp, past, corner, above), code


@intrinsic
def slope_rows(
    typing_context: Any,
    profile: Any,
    starts: Any,
    column: Any,
    slopes: Any,
    slope: Any,
    past: Any,
    corner: Any,
    above: Any,
) -> Any:
    """Go one step as `match_rows`, matches depending on the distance in time.

    Args:
        typing_context: numba's.
        profile: as in `match_rows`, and so what is not named here.
        starts: see there.
        column: see there.
        slopes: array of what a match saves more by how far apart its positions lie.
        slope: place of the first row's match in it; each later row's lies two further.
        past: see there.
        corner: see there.
        above: see there.

    Returns:
        The values after this step and after the last.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, place = arguments[3:5]
        data = arrayobj.make_array(slopes)(context, builder, array).data
        others = [*arguments[:3], *arguments[5:]]
        return _match(context, builder, starts, corner, others, (data, place))

    signature = past(profile, starts, types.intp, slopes, types.intp, past, corner, above)
    return signature, code


def _match(
    context: Any, builder: Any, starts: Any, lanes: Lanes, arguments: Any, slopes: Any
) -> Any:
    data, begins, column, known, diagonal, upper = arguments
    now, before = (builder.extract_value(known, part) for part in range(2))
    values = []
    for row in range(starts.count):
        index = builder.add(builder.extract_value(begins, row), column)
        weight = load_lanes(context, builder, lanes, data, index)
        if slopes is not None:
            more, first = slopes
            place = builder.add(first, ir.Constant(first.type, 2 * row))
            number = builder.load(builder.gep(more, [place]))
            weight = add_lanes(
                builder, lanes, weight, spread_lanes(context, builder, lanes, number)
            )
        left = builder.extract_value(now, row)
        matched = add_lanes(builder, lanes, diagonal, weight)
        either = larger_lanes(builder, lanes, matched, left)
        values.append(larger_lanes(builder, lanes, either, upper))
        upper, diagonal = left, builder.extract_value(before, row)
    return cgutils.pack_array(builder, [cgutils.pack_array(builder, values), now])


@intrinsic
def add_column(
    typing_context: Any, profile: Any, column: Any, states: Any, place: Any, step: Any, sums: Any
) -> Any:
    """Add one position's costs to the sums of several queries.

    Args:
        typing_context: numba's.
        profile: pointer to costs.
        column: where the costs of the position begin, a vector for each state.
        states: pointer to the states of the queries.
        place: the first query's state at the position.
        step: from there to the next query's.
        sums: a vector for each query.

    Returns:
        The new sums.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        profile_value, column_value, states_value, place_value, step_value, old = arguments
        width = ir.Constant(column_value.type, sums.dtype.count)
        new = []
        for row in range(sums.count):
            state = builder.load(builder.gep(states_value, [place_value]))
            start = builder.mul(builder.zext(state, column_value.type), width)
            index = builder.add(column_value, start)
            cost = load_lanes(context, builder, sums.dtype, profile_value, index)
            new.append(add_lanes(builder, sums.dtype, builder.extract_value(old, row), cost))
            place_value = builder.add(place_value, step_value)
        return cgutils.pack_array(builder, new)

    return sums(profile, types.intp, states, types.intp, types.intp, sums), code


@intrinsic
def move_rows(
    typing_context: Any,
    profile: Any,
    starts: Any,
    sides: Any,
    earlier: Any,
    column: Any,
    shift: Any,
    past: Any,
    corner: Any,
    above: Any,
) -> Any:
    """Go one step through several query rows, each one target position behind the row above.

    No row waits for another within a step, so that their moves are worked out side by side.

    Args:
        typing_context: numba's.
        profile: pointer to costs.
        starts: for each query row, where the costs of the letter that it passes begin.
        sides: where those of the second letter beside what is inserted in it begin; the first is
            the second of the row above.
        earlier: where those of the first letter beside what is inserted in the first row begin.
        column: offset of the first row's target position in these costs.
        shift: how much further than the cost of going down those of the other moves lie.
        past: values of the rows after the last step, and after the step before it, and the shares
            of their second letters in the cost of the last step's insertion.
        corner: value above the first row at the previous target position.
        above: value above the first row at this target position.

    Returns:
        The same three after this step.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data, begins, seconds, prior, offset, further, known, diagonal, upper = arguments
        down_place = builder.add(offset, ir.Constant(offset.type, corner.count))
        shifted = builder.add(offset, further)
        third = builder.add(shifted, ir.Constant(offset.type, 2 * corner.count))
        now, before, shares = (builder.extract_value(known, part) for part in range(3))
        neighbour = load_lanes(context, builder, corner, data, builder.add(prior, third))
        values, beside = [], []
        for row in range(starts.count):
            index = builder.extract_value(begins, row)
            aslant = load_lanes(context, builder, corner, data, builder.add(index, shifted))
            down = load_lanes(context, builder, corner, data, builder.add(index, down_place))
            place = builder.add(builder.extract_value(seconds, row), third)
            share = load_lanes(context, builder, corner, data, place)
            left = builder.extract_value(now, row)
            across = add_lanes(builder, corner, neighbour, share)
            replaced = add_lanes(builder, corner, diagonal, aslant)
            deleted = add_lanes(builder, corner, upper, down)
            inserted = add_lanes(builder, corner, left, across)
            either = smaller_lanes(builder, corner, replaced, deleted)
            values.append(smaller_lanes(builder, corner, either, inserted))
            beside.append(share)
            upper, diagonal = left, builder.extract_value(before, row)
            neighbour = builder.extract_value(shares, row)
        later = [cgutils.pack_array(builder, part) for part in (values, beside)]
        return cgutils.pack_array(builder, [later[0], now, later[1]])

    signature = past(
        profile, starts, sides, types.intp, types.intp, types.intp, past, corner, above
    )
    return signature, code
