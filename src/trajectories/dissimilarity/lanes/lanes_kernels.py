"""Vector lanes for numba: one arithmetic operation on as many numbers as a register holds.

LLVM vectorises the loops of an alignment unreliably, so the kernels say what they mean: a value of
type `Lanes` holds one number for each of several target sequences. The functions below exist inside
compiled code only. They take pointers into flat arrays, which cost no reference counting, and are
generic over what these point to; the number of lanes follows from it and from the width of the
processor's registers. Where a processor lacks an operation, LLVM writes it with narrower ones:
results are the same everywhere.
"""

import math
import threading
from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types as numba_types
from numba.core import cgutils as numba_cgutils
from numba.core import codegen as numba_codegen
from numba.core import config as numba_config
from numba.core.datamodel import models as numba_models
from numba.extending import intrinsic as numba_intrinsic
from numba.extending import register_model
from numba.np import arrayobj as numba_arrayobj

WIDEST: Final = 64

# Numba's annotations are incomplete, and keep the typing context among a caller's arguments.
types: Any = numba_types
cgutils: Any = numba_cgutils
codegen: Any = numba_codegen
config: Any = numba_config
arrayobj: Any = numba_arrayobj
intrinsic: Any = numba_intrinsic
prefers_literals: Any = numba_intrinsic(prefer_literal=True)


def register_bytes(features: str) -> int:
    """Return the width of a vector register in bytes."""
    have = set(features.split(","))
    if "+avx512bw" in have:
        return WIDEST
    return 32 if "+avx2" in have else 16


LANE_BYTES: Final = register_bytes(
    codegen.get_host_cpu_features() if config.CPU_FEATURES is None else config.CPU_FEATURES
)
"""Bytes of one vector value on this processor, or the one that NUMBA_CPU_FEATURES names."""


def lane_count(dtype: np.dtype[Any]) -> int:
    """Return how many numbers of `dtype` one vector value holds."""
    return LANE_BYTES // dtype.itemsize


_ROOM = threading.local()


def scratch(name: str, shape: tuple[int, ...], dtype: np.dtype[Any]) -> np.ndarray:
    """Return an uninitialised array that starts on a whole register's address.

    Each thread keeps one piece of memory a name, so that it is asked for once: the next array of
    the same name overwrites this one.
    """
    size = math.prod(shape) * dtype.itemsize
    room = getattr(_ROOM, name, None)
    if room is None or len(room) < size:
        raw = np.empty(size + WIDEST, np.uint8)
        room = raw[-raw.ctypes.data % WIDEST :]
        setattr(_ROOM, name, room)
    return np.ndarray(shape, dtype, room)


class Lanes(numba_types.Type):
    """Numba's type of a vector value."""

    def __init__(self, number: Any, count: int | None = None) -> None:
        """Describe a vector of `count` times `number`; a register full where left out."""
        self.number = number
        self.count = LANE_BYTES * 8 // number.bitwidth if count is None else count
        initialise: Any = super().__init__
        initialise(name=f"Lanes({number} x {self.count})")


def _element(number: Any) -> ir.Type:
    if isinstance(number, types.Float):
        return ir.DoubleType() if number.bitwidth == 64 else ir.FloatType()
    return ir.IntType(number.bitwidth)


@register_model(Lanes)
class LanesModel(numba_models.PrimitiveModel):
    """How LLVM holds a vector value."""

    def __init__(self, manager: Any, lanes: Lanes) -> None:
        """Choose LLVM's vector type."""
        initialise: Any = super().__init__
        initialise(manager, lanes, ir.VectorType(_element(lanes.number), lanes.count))


def _address(context: Any, builder: Any, lanes: Lanes, pointer: Any, index: Any) -> Any:
    vector = context.get_value_type(lanes)
    return builder.bitcast(builder.gep(pointer, [index]), vector.as_pointer())


def load_lanes(context: Any, builder: Any, lanes: Lanes, pointer: Any, index: Any) -> Any:
    """Emit a load of one vector from a pointer and an offset."""
    value = builder.load(_address(context, builder, lanes, pointer, index))
    value.align = lanes.number.bitwidth // 8
    return value


def spread_lanes(context: Any, builder: Any, lanes: Lanes, number: Any) -> Any:
    """Emit a vector that holds one number in every lane."""
    undefined = ir.Constant(context.get_value_type(lanes), ir.Undefined)
    nowhere = ir.Constant(ir.VectorType(ir.IntType(32), lanes.count), None)
    first = builder.insert_element(undefined, number, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(first, undefined, nowhere)


def add_lanes(builder: Any, lanes: Lanes, left: Any, right: Any) -> Any:
    """Emit the sums of two vectors, lane by lane."""
    floating = isinstance(lanes.number, types.Float)
    return builder.fadd(left, right) if floating else builder.add(left, right)


def larger_lanes(builder: Any, lanes: Lanes, left: Any, right: Any) -> Any:
    """Emit the larger numbers of two vectors, lane by lane."""
    floating = isinstance(lanes.number, types.Float)
    compare = builder.fcmp_ordered if floating else builder.icmp_unsigned
    return builder.select(compare(">", left, right), left, right)


def smaller_lanes(builder: Any, lanes: Lanes, left: Any, right: Any) -> Any:
    """Return the smaller number of two vectors of floats, lane by lane."""
    return builder.select(builder.fcmp_ordered("<", left, right), left, right)


@intrinsic
def pointer(typing_context: Any, array: Any) -> Any:
    """Return a pointer to the first entry of a contiguous array, which must outlive it."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return arrayobj.make_array(array)(context, builder, arguments[0]).data

    return types.CPointer(array.dtype)(array), code


@intrinsic
def lanes_at(typing_context: Any, numbers: Any) -> Any:
    """Return how many numbers of the dtype of a pointer a vector holds."""
    count = Lanes(numbers.dtype).count

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.get_constant(types.intp, count)

    return types.intp(numbers), code


@intrinsic
def zeros(typing_context: Any, numbers: Any) -> Any:
    """Return a vector of zeros of the dtype of a pointer."""
    lanes = Lanes(numbers.dtype)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return ir.Constant(context.get_value_type(lanes), None)

    return lanes(numbers), code


@intrinsic
def load(typing_context: Any, numbers: Any, index: Any) -> Any:
    """Return the vector that starts `index` entries after a pointer."""
    lanes = Lanes(numbers.dtype)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return load_lanes(context, builder, lanes, *arguments)

    return lanes(numbers, types.intp), code


@intrinsic
def load_for(typing_context: Any, numbers: Any, index: Any, other: Any) -> Any:
    """Return as many numbers as the vector `other` has, from `index` entries after a pointer."""
    lanes = Lanes(numbers.dtype, other.count)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return load_lanes(context, builder, lanes, *arguments[:2])

    return lanes(numbers, types.intp, other), code


@intrinsic
def gather(typing_context: Any, numbers: Any, places: Any, index: Any) -> Any:
    """Return the numbers at the places that stand from `index` entries after a pointer to them."""
    lanes = Lanes(numbers.dtype)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data, where, first = arguments
        offsets = load_lanes(context, builder, Lanes(places.dtype, lanes.count), where, first)
        vector = context.get_value_type(lanes)
        if not isinstance(lanes.number, types.Float):
            value = ir.Constant(vector, ir.Undefined)
            for lane in range(lanes.count):
                place = ir.Constant(ir.IntType(32), lane)
                offset = builder.zext(builder.extract_element(offsets, place), first.type)
                number = builder.load(builder.gep(data, [offset]))
                value = builder.insert_element(value, number, place)
            return value
        words = ir.VectorType(ir.IntType(64), lanes.count)
        start = builder.ptrtoint(data, words.element)
        size = ir.Constant(words, [lanes.number.bitwidth // 8] * lanes.count)
        base = spread_lanes(context, builder, Lanes(types.int64, lanes.count), start)
        addresses = builder.add(base, builder.mul(builder.zext(offsets, words), size))
        pointers = ir.VectorType(data.type, lanes.count)
        mask = ir.VectorType(ir.IntType(1), lanes.count)
        kind = ir.FunctionType(vector, [pointers, ir.IntType(32), mask, vector])
        name = f"llvm.masked.gather.v{lanes.count}f{lanes.number.bitwidth}.v{lanes.count}p0"
        function = cgutils.get_or_insert_function(builder.module, kind, name)
        return builder.call(
            function,
            [
                builder.inttoptr(addresses, pointers),
                ir.Constant(ir.IntType(32), lanes.number.bitwidth // 8),
                ir.Constant(mask, [1] * lanes.count),
                ir.Constant(vector, ir.Undefined),
            ],
        )

    return lanes(numbers, places, types.intp), code


@intrinsic
def store(typing_context: Any, numbers: Any, index: Any, value: Any) -> Any:
    """Write a vector `index` entries after a pointer."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        target = _address(context, builder, value, *arguments[:2])
        builder.store(arguments[2], target).align = value.number.bitwidth // 8
        return context.get_dummy_value()

    return types.void(numbers, types.intp, value), code


@intrinsic
def spread(typing_context: Any, number: Any, other: Any) -> Any:
    """Return a vector like `other` with a number in every lane."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        value = context.cast(builder, arguments[0], number, other.number)
        return spread_lanes(context, builder, other, value)

    return other(number, other), code


@intrinsic
def convert(typing_context: Any, value: Any, numbers: Any) -> Any:
    """Return a vector's numbers as floats of what a pointer points to."""
    lanes = Lanes(numbers.dtype, value.count)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        vector = context.get_value_type(lanes)
        if not isinstance(value.number, types.Float):
            return builder.uitofp(arguments[0], vector)
        if lanes.number.bitwidth < value.number.bitwidth:
            return builder.fptrunc(arguments[0], vector)
        return builder.fpext(arguments[0], vector)

    return lanes(value, numbers), code


@intrinsic
def subtract(typing_context: Any, left: Any, right: Any) -> Any:
    """Return the difference of floats, lane by lane."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fsub(*arguments)

    return left(left, right), code


@intrinsic
def multiply(typing_context: Any, left: Any, right: Any) -> Any:
    """Return the product of floats, lane by lane."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.fmul(*arguments)

    return left(left, right), code


@intrinsic
def add(typing_context: Any, left: Any, right: Any) -> Any:
    """Return the sum, lane by lane."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return add_lanes(builder, left, *arguments)

    return left(left, right), code


@intrinsic
def larger(typing_context: Any, left: Any, right: Any) -> Any:
    """Return the larger number, lane by lane."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return larger_lanes(builder, left, *arguments)

    return left(left, right), code


@intrinsic
def smaller(typing_context: Any, left: Any, right: Any) -> Any:
    """Return the smaller of two vectors of floats, lane by lane."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return smaller_lanes(builder, left, *arguments)

    return left(left, right), code
