"""Each measure written down plainly, to hold the kernels against."""

import itertools

import numpy as np


def optimal_matching(x, y, substitution, indel):
    """The textbook recurrence, one cell at a time."""
    cost = np.zeros((len(x) + 1, len(y) + 1))
    for i, a in enumerate(x):
        cost[i + 1, 0] = cost[i, 0] + indel[a]
    for j, b in enumerate(y):
        cost[0, j + 1] = cost[0, j] + indel[b]
    for i, a in enumerate(x):
        for j, b in enumerate(y):
            cost[i + 1, j + 1] = min(
                cost[i, j] + substitution[a, b],
                cost[i, j + 1] + indel[a],
                cost[i + 1, j] + indel[b],
            )
    return cost[-1, -1]


def positional(x, y, costs):
    """The sum of costs position by position; `costs` is (L, a, a)."""
    return sum(costs[t][a, b] for t, (a, b) in enumerate(zip(x, y, strict=True)))


def normalised(d, kind, p, q, indel, substitution):
    """TraMineR's normalisations of an edit distance between sequences of p and q positions."""
    largest = abs(p - q) * indel + min(p, q) * min(substitution, 2 * indel)
    if d == 0 or kind == "none":
        return d
    if kind == "maxlength":
        return d / (max(p, q) * indel)
    if kind == "maxdist":
        return d / largest
    if kind == "gmean":
        return 1 - (largest - d) / (2 * indel * (p * q) ** 0.5) if p * q else 1.0
    return 2 * d / (d + (p + q) * indel)


def distances(rows, columns, distance):
    """All distances from rows to columns, (n, m)."""
    return np.array([[distance(x, y) for y in columns] for x in rows]).reshape(
        len(rows), len(columns)
    )


def spells(x):
    """Return the states and durations of a sequence's spells."""
    return [(state, len(list(run))) for state, run in itertools.groupby(x)]


def cheapest(x, y, down, across, aslant, top, side):
    """The least cost of a path through a table, given what each of its moves costs.

    `down`, `across` and `aslant` take positions i, j from 1; `top(j)` and `side(i)` are the steps
    along the borders.
    """
    cost = np.zeros((len(x) + 1, len(y) + 1))
    for i in range(1, len(x) + 1):
        cost[i, 0] = cost[i - 1, 0] + side(i)
    for j in range(1, len(y) + 1):
        cost[0, j] = cost[0, j - 1] + top(j)
    for i in range(1, len(x) + 1):
        for j in range(1, len(y) + 1):
            cost[i, j] = min(
                cost[i - 1, j - 1] + aslant(i, j),
                cost[i - 1, j] + down(i, j),
                cost[i, j - 1] + across(i, j),
            )
    return cost[-1, -1]


def omloc(x, y, sm, indel, expcost, context):
    base = expcost * sm.max()

    def one(state, before, after):
        return base + context * (sm[before, state] + sm[after, state]) / 2

    return cheapest(
        x,
        y,
        lambda i, j: one(x[i - 1], y[max(j - 2, 0)], y[j - 1]),
        lambda i, j: one(y[j - 1], x[max(i - 2, 0)], x[i - 1]),
        lambda i, j: sm[x[i - 1], y[j - 1]],
        lambda j: one(y[j - 1], x[0], x[0]),
        lambda i: one(x[i - 1], y[0], y[0]),
    )


def twed(x, y, sm, indel, nu, h, origin):
    origin = min(origin, len(sm) - 1)

    def before(z, i):
        return z[i - 2] if i > 1 else origin

    most = 2 * sm.max() + nu + h
    return cheapest(
        x,
        y,
        lambda i, j: sm[x[i - 1], before(x, i)] + nu + h,
        lambda i, j: sm[y[j - 1], before(y, j)] + nu + h,
        lambda i, j: sm[x[i - 1], y[j - 1]] + sm[before(x, i), before(y, j)] + 2 * nu * abs(i - j),
        lambda j: most,
        lambda i: most,
    )


def omslen(x, y, sm, indel, link, h):
    def lengths(z):
        return [duration**-h for _, duration in spells(z) for _ in range(duration)]

    u, v = lengths(x), lengths(y)

    def linked(a, b):
        return (a + b) / 2 if link == "mean" else (a * b) ** 0.5

    return cheapest(
        x,
        y,
        lambda i, j: indel[x[i - 1]] * u[i - 1],
        lambda i, j: indel[y[j - 1]] * v[j - 1],
        lambda i, j: sm[x[i - 1], y[j - 1]] * linked(u[i - 1], v[j - 1]),
        lambda j: indel[y[j - 1]] * v[j - 1],
        lambda i: indel[x[i - 1]] * u[i - 1],
    )


def omspell(x, y, sm, indel, expcost, tpow):
    p, q = spells(x), spells(y)

    def gone(spell):
        return indel[spell[0]] + expcost * (spell[1] ** tpow - 1)

    def changed(first, second):
        (a, c), (b, d) = first, second
        if a == b:
            return expcost * abs(c**tpow - d**tpow)
        return sm[a, b] + expcost * (c**tpow - 1 + d**tpow - 1)

    return cheapest(
        p,
        q,
        lambda i, j: gone(p[i - 1]),
        lambda i, j: gone(q[j - 1]),
        lambda i, j: changed(p[i - 1], q[j - 1]),
        lambda j: gone(q[j - 1]),
        lambda i: gone(p[i - 1]),
    )


def omstran(x, y, sm, indel, otto, transindel, previous, add_column, rates=None):
    most = sm.max() or 1.0
    sm, indel = sm / most, indel / most

    def step(a, b):
        if transindel == "constant":
            return float(a != b)
        return sm[a, b] if transindel == "subcost" else 1 - rates[a, b]

    def change(letter):
        before, now, after = letter
        if previous:
            return (1 - otto) / 2 * indel.max() * (step(before, now) + step(now, after))
        return (1 - otto) * indel.max() * (step(now, after) if now != after else 0)

    def letters(z):
        found = [(z[max(t - 1, 0)], state, z[min(t + 1, len(z) - 1)]) for t, state in enumerate(z)]
        if add_column:
            return found
        return found[1:-1] if previous else found[:-1]

    def gone(letter):
        return otto * indel[letter[1]] + change(letter)

    def replaced(a, b):
        same = a[1:] == b[1:] and (a[0] == b[0] or not previous)
        return 0 if same else otto * sm[a[1], b[1]] + change(a) + change(b)

    p, q = letters(x), letters(y)
    return cheapest(
        p,
        q,
        lambda i, j: gone(p[i - 1]),
        lambda i, j: gone(q[j - 1]),
        lambda i, j: replaced(p[i - 1], q[j - 1]),
        lambda j: gone(q[j - 1]),
        lambda i: gone(p[i - 1]),
    )


def prefix(x, y):
    shared = sum(
        1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(x, y, strict=False))
    )
    return len(x) + len(y) - 2 * shared


def subsequences(x, kweights):
    """Every subsequence's positions, with the weight of its length."""
    for k in range(1, len(x) + 1):
        for positions in itertools.combinations(range(len(x)), k):
            if k <= len(kweights) and kweights[k - 1]:
                yield positions, kweights[k - 1]


def shared(x, y, x_times, y_times, near, kind, kweights):
    """What all pairs of subsequences of equal length share."""
    total = 0.0
    for p, weight in subsequences(x, kweights):
        for q in itertools.combinations(range(len(y)), len(p)):
            match = np.prod([near[x[i], y[j]] for i, j in zip(p, q, strict=True)])
            if kind == "nms":
                total += weight * match
            elif kind == "nmsmst":
                times = sum(min(x_times[i], y_times[j]) for i, j in zip(p, q, strict=True))
                total += weight * match * times
            else:
                times = sum(x_times[i] for i in p) * sum(y_times[j] for j in q)
                total += weight * match * times
    return total


def common_subsequences(x, y, kind, near, kweights, tpow):
    if kind != "nms":
        (x, x_times), (y, y_times) = (
            ([a for a, _ in spells(z)], [d**tpow for _, d in spells(z)]) for z in (x, y)
        )
    else:
        x_times = y_times = [1] * max(len(x), len(y))
    both = shared(x, y, x_times, y_times, near, kind, kweights)
    own = shared(x, x, x_times, x_times, near, kind, kweights)
    other = shared(y, y, y_times, y_times, near, kind, kweights)
    return max(own + other - 2 * both, 0) ** 0.5


def distributions(x, y, breaks, weights):
    """`weights` is (intervals, states): what squared differences of shares are multiplied by."""
    total = 0.0
    for (start, stop), weight in zip(breaks, weights, strict=True):
        shares = []
        for z in (x, y):
            part = [state for state in z[start - 1 : stop] if state is not None]
            counts = np.bincount(part, minlength=len(weight)) if part else np.zeros(len(weight))
            shares.append(counts / max(len(part), 1))
        total += (weight * (shares[0] - shares[1]) ** 2).sum()
    return total**0.5
