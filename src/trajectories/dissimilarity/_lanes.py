"""Vector lanes for numba: one arithmetic operation on as many numbers as a register holds.

LLVM vectorises the loops of an alignment unreliably, so the kernels say what they mean: a value of
type `Lanes` holds one number for each of several target sequences. The functions below exist inside
compiled code only. They are generic over the dtype of the array that they are given; the number of
lanes follows from it and from the width of the processor's registers. Where a processor lacks an
operation, LLVM writes it with narrower ones: results are the same everywhere.
"""

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.codegen import get_host_cpu_features
from numba.core.config import CPU_FEATURES
from numba.core.datamodel import models, register_default
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

WIDEST: Final = 64


def register_bytes(features: str) -> int:
    """Return the width of a vector register in bytes.

    Args:
        features: LLVM's list of processor features, such as "+sse2,+avx2,-avx512f".
    """
    have = set(features.split(","))
    if "+avx512bw" in have:
        return WIDEST
    return 32 if "+avx2" in have else 16


LANE_BYTES: Final = register_bytes(
    get_host_cpu_features() if CPU_FEATURES is None else CPU_FEATURES
)
"""Bytes of one vector value on this processor, or the one that NUMBA_CPU_FEATURES names."""


def lane_count(dtype: np.dtype[Any]) -> int:
    """Return how many numbers of `dtype` one vector value holds."""
    return LANE_BYTES // dtype.itemsize


def aligned(shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray:
    """Return an uninitialised array that starts on a whole register's address."""
    size = int(np.prod(shape)) * dtype.itemsize
    raw = np.empty(size + WIDEST, np.uint8)
    start = -raw.ctypes.data % WIDEST
    return raw[start : start + size].view(dtype).reshape(shape)


class Lanes(types.Type):
    """Numba's type of a vector value."""

    def __init__(self, number: types.Number) -> None:
        """Describe a register full of `number`."""
        self.number = number
        self.count = LANE_BYTES * 8 // number.bitwidth
        super().__init__(name=f"Lanes({number} x {self.count})")


def _element(number: types.Number) -> ir.Type:
    if isinstance(number, types.Float):
        return ir.DoubleType() if number.bitwidth == 64 else ir.FloatType()
    return ir.IntType(number.bitwidth)


@register_default(Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, lanes: Lanes) -> None:
        super().__init__(manager, lanes, ir.VectorType(_element(lanes.number), lanes.count))


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    lanes = Lanes(array_type.dtype)
    data = make_array(array_type)(context, builder, array).data
    address = builder.gep(data, [index])
    return builder.bitcast(address, context.get_value_type(lanes).as_pointer())


def _load(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    value = builder.load(_pointer(context, builder, array_type, array, index))
    value.align = array_type.dtype.bitwidth // 8
    return value


def _add(builder: Any, lanes: Lanes, left: Any, right: Any) -> Any:
    floating = isinstance(lanes.number, types.Float)
    return builder.fadd(left, right) if floating else builder.add(left, right)


def _larger(builder: Any, lanes: Lanes, left: Any, right: Any) -> Any:
    floating = isinstance(lanes.number, types.Float)
    compare = builder.fcmp_ordered if floating else builder.icmp_unsigned
    return builder.select(compare(">", left, right), left, right)


@intrinsic
def zeros(typing_context: Any, array: Any) -> Any:  # noqa: ARG001
    """Return a vector of zeros of the dtype of `array`."""
    lanes = Lanes(array.dtype)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return ir.Constant(context.get_value_type(lanes), None)

    return lanes(array), code


@intrinsic
def load(typing_context: Any, array: Any, index: Any) -> Any:  # noqa: ARG001
    """Return the vector that starts at `index` of a flat array."""
    lanes = Lanes(array.dtype)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _load(context, builder, signature.args[0], *arguments)

    return lanes(array, types.intp), code


@intrinsic
def store(typing_context: Any, array: Any, index: Any, value: Any) -> Any:  # noqa: ARG001
    """Write a vector at `index` of a flat array."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array_value, position, lanes_value = arguments
        target = _pointer(context, builder, signature.args[0], array_value, position)
        builder.store(lanes_value, target).align = array.dtype.bitwidth // 8
        return context.get_dummy_value()

    return types.void(array, types.intp, value), code


@intrinsic
def match_column(
    typing_context: Any,  # noqa: ARG001
    profile: Any,
    starts: Any,
    column: Any,
    left: Any,
    corner: Any,
    above: Any,
) -> Any:
    """Go down one target position through several query rows of an alignment.

    Args:
        typing_context: numba's.
        profile: flat array of weights.
        starts: for each query row, where the weights of its state begin in `profile`.
        column: offset of the target position in these weights.
        left: values of the rows at the previous target position.
        corner: value above the first row at the previous target position.
        above: value above the first row at this target position.

    Returns:
        The values of the rows at this target position; the last is what the next rows have above.
    """
    lanes = Lanes(profile.dtype)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        profile_value, starts_value, column_value, left_value, diagonal, upper = arguments
        rows = []
        for row in range(starts.count):
            start = builder.extract_value(starts_value, row)
            index = builder.add(start, column_value)
            weight = _load(context, builder, signature.args[0], profile_value, index)
            beside = builder.extract_value(left_value, row)
            value = _larger(builder, lanes, _add(builder, lanes, diagonal, weight), beside)
            upper = _larger(builder, lanes, value, upper)
            diagonal = beside
            rows.append(upper)
        return cgutils.pack_array(builder, rows)

    return left(profile, starts, types.intp, left, corner, above), code


@intrinsic
def add(typing_context: Any, array: Any, index: Any, value: Any) -> Any:  # noqa: ARG001
    """Return `value` plus the vector that starts at `index` of a flat array."""
    lanes = Lanes(array.dtype)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array_value, position, lanes_value = arguments
        loaded = _load(context, builder, signature.args[0], array_value, position)
        return _add(builder, lanes, lanes_value, loaded)

    return lanes(array, types.intp, value), code


@intrinsic
def add_different(
    typing_context: Any,  # noqa: ARG001
    array: Any,
    index: Any,
    number: Any,
    value: Any,
) -> Any:
    """Return `value` plus 1 in each lane where the vector at `index` is not `number`."""
    lanes = Lanes(array.dtype)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array_value, position, number_value, lanes_value = arguments
        vector = context.get_value_type(lanes)
        loaded = _load(context, builder, signature.args[0], array_value, position)
        first = builder.insert_element(
            ir.Constant(vector, ir.Undefined), number_value, ir.Constant(ir.IntType(32), 0)
        )
        everywhere = builder.shuffle_vector(
            first,
            ir.Constant(vector, ir.Undefined),
            ir.Constant(ir.VectorType(ir.IntType(32), lanes.count), None),
        )
        different = builder.zext(builder.icmp_unsigned("!=", loaded, everywhere), vector)
        return builder.add(lanes_value, different)

    return lanes(array, types.intp, array.dtype, value), code
