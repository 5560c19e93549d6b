"""Lanes of bits: what counting longest common subsequences adds to vector lanes."""

from typing import Any

from llvmlite import ir

from trajectories.dissimilarity.lanes.lanes_kernels import (
    Lanes,
    cgutils,
    load_lanes,
    prefers_literals,
    types,
)


@prefers_literals
def all_ones(typing_context: Any, numbers: Any, count: Any) -> Any:
    """Return a tuple of `count` vectors with every bit set; `count` stands in the source."""
    rows = types.UniTuple(Lanes(numbers.dtype), count.literal_value)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        zero = ir.Constant(context.get_value_type(rows.dtype), None)
        return cgutils.pack_array(builder, [builder.not_(zero)] * rows.count)

    return rows(numbers, count), code


@prefers_literals
def match_bits(typing_context: Any, masks: Any, place: Any, rows: Any, words: Any) -> Any:
    """Take longest common subsequences through one query position, a bit a target position.

    Args:
        typing_context: numba's.
        masks: pointer to the positions at which targets have a state.
        place: where the masks of the query's state begin, a vector for each of `rows`.
        rows: vectors of words; a bit is 0 where the length rises from one position to the next.
        words: how many neighbouring vectors hold the bits of one target; 1 or 2, written as a
            number in the source.

    Returns:
        The next rows: (V + (V & M)) | (V & ~M).
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        masks_value, place_value, old, _ = arguments
        new, carry = [], None
        for row in range(rows.count):
            offset = ir.Constant(place_value.type, row * rows.dtype.count)
            index = builder.add(place_value, offset)
            mask = load_lanes(context, builder, rows.dtype, masks_value, index)
            value = builder.extract_value(old, row)
            matched = builder.and_(value, mask)
            risen = builder.add(value, matched)
            if row % words.literal_value:
                risen = builder.add(risen, builder.zext(carry, risen.type))
            else:
                carry = builder.icmp_unsigned("<", risen, matched)
            new.append(builder.or_(risen, builder.and_(value, builder.not_(mask))))
        return cgutils.pack_array(builder, new)

    return rows(masks, types.intp, rows, words), code


@prefers_literals
def count_zeros(typing_context: Any, rows: Any, words: Any) -> Any:
    """Return how many bits of each target are 0, in bytes: a vector for each `words` of `rows`."""
    counts = types.UniTuple(Lanes(types.uint8, rows.dtype.count), rows.count // words.literal_value)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vector = context.get_value_type(rows.dtype)
        name = f"llvm.ctpop.v{vector.count}i{vector.element.width}"
        kind = ir.FunctionType(vector, [vector])
        population = cgutils.get_or_insert_function(builder.module, kind, name)
        totals: list[Any] = []
        for row in range(rows.count):
            zeros_set = builder.not_(builder.extract_value(arguments[0], row))
            count = builder.call(population, [zeros_set])
            if row % words.literal_value:
                totals[-1] = builder.add(totals[-1], count)
            else:
                totals.append(count)
        narrow = ir.VectorType(ir.IntType(8), vector.count)
        return cgutils.pack_array(
            builder,
            [total if vector == narrow else builder.trunc(total, narrow) for total in totals],
        )

    return counts(rows, words), code
