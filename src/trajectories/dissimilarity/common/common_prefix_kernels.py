"""Compiled kernel of the longest common prefix."""

from numba import njit

from trajectories.arrays import Array


@njit(cache=True, nogil=True, error_model="numpy")
def prefix_block(
    queries: Array,
    targets: Array,
    query_lengths: Array,
    target_lengths: Array,
    offsets: Array,
    begin: int,
    end: int,
    last: int,
    ahead: int,
    out: Array,
) -> None:
    """Write p + q − 2 × the length of the longest common prefix.

    Args:
        queries: states from the first compared position on, uint8 (n, L).
        targets: the same, (m, L′).
        query_lengths: number of states of each query, (n,).
        target_lengths: the same of each target, (m,).
        offsets: the distance of query i to target j goes to out[offsets[i] + j], (n,).
        begin: first target.
        end: one past the last target.
        last: number of queries to take.
        ahead: only targets j ≥ i + ahead are written.
        out: distances, flat.
    """
    for i in range(last):
        for j in range(max(begin, i + ahead), end):
            most = min(query_lengths[i], target_lengths[j])
            t = 0
            while t < most and queries[i, t] == targets[j, t]:
                t += 1
            out[offsets[i] + j] = query_lengths[i] + target_lengths[j] - 2 * t
