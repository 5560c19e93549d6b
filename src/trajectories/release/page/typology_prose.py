"""Sentences that explain how the number of clusters was chosen."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from trajectories.release.study import Study
from trajectories.release.tables import Tables
from trajectories.words import _

MODELS = ("medseq", "markov_mixture")
INDEX_NAMES = {
    "ASW": _("average silhouette width"),
    "ASWw": _("weighted average silhouette width"),
    "HC": _("Hubert's C"),
    "PBC": _("point-biserial correlation"),
    "CH": _("Calinski–Harabasz index"),
    "CHsq": _("Calinski–Harabasz index on squared distances"),
    "HG": _("Hubert's gamma"),
    "HGSD": _("Hubert's Somers' D"),
    "R2": _("share of the discrepancy explained"),
    "R2sq": _("share of the squared discrepancy explained"),
}


def by_model(tables: Tables) -> bool:
    """Tell whether the chosen partition is one of a model."""
    if "quality" not in tables:
        return False
    chosen = tables["quality"].filter(pl.col("chosen"))["method"].to_list()
    return bool(chosen) and chosen[0] in MODELS


def continuum(tables: Tables) -> bool:
    """Tell whether no number of clusters is clearer than chance; False where none was tested."""
    if "null_quality" not in tables:
        return False
    tested = tables["null_quality"].filter(pl.col("decides"))
    return tested.height > 0 and not tested["significant"].any()


def tested(tables: Tables) -> bool:
    """Tell whether the number of clusters was compared with chance."""
    return "null_quality" in tables


def choice(study: Study, headline: Mapping[str, Any], tables: Tables) -> str:
    """Explain by which rule the number of clusters was chosen."""
    if headline["k"] == 1:
        return study.say(
            _(
                "The courses are too few or too alike to tell types apart: they are described as "
                "one group."
            )
        )
    told = _rule(study, headline, tables)
    least, most = study.of("typology.k_min"), study.of("typology.k_max")
    own = tables["quality"].filter(pl.col("chosen").any().over("method"))["k"].to_list()
    untold = [str(k) for k in range(least, most + 1) if k not in own]
    if untold and own:
        text = _("{ks} types could not be told apart in these courses and took no part.")
        told += " " + study.say(text, ks=lambda to: to.listed(untold))
    return told


def _rule(study: Study, headline: Mapping[str, Any], tables: Tables) -> str:
    """Explain the rule and what it led to."""
    rule = study.of("typology.choice.rule")
    if rule in ("validated", "bic", "icl") and by_model(tables):
        return _of_model(study, headline["k"], tables)
    if rule == "validated" and tested(tables) and "stability" in tables:
        return _validated(study, headline["k"], tables)
    named = study.of("typology.choice.indices")
    least = study.of("typology.choice.minimum_share")
    tried = sorted(set(tables["quality"]["k"].to_list()))
    if rule == "fixed":
        text = _("The number of clusters, {k}, was fixed in the configuration.")
        return study.say(text, k=headline["k"])

    def names(to: Study) -> str:
        return to.listed([f"{to.word(INDEX_NAMES.get(name, name))} ({name})" for name in taken])

    taken = named[:1] if rule == "best" else named
    sentences = [
        study.say(
            _("Of the numbers from {first} to {last} the one with the best {names} was taken.")
            if rule == "best"
            else _(
                "The numbers from {first} to {last} were ranked by each of {names}; the lowest sum "
                "of ranks won, the smaller number at a tie."
            ),
            first=tried[0],
            last=tried[-1],
            names=names,
        )
    ]
    if least:
        sentences.append(
            study.say(
                _(
                    "A number was set aside where a cluster would hold less than {share} per cent "
                    "of the windows."
                ),
                share=f"{100 * least:g}",
            )
        )
    sentences.append(
        study.say(
            _(
                "The rule is set in the configuration. No test says that there are so many types; "
                "the indices need not agree, and the quality of every other number is shown."
            )
        )
    )
    return " ".join(sentences)


def _of_model(study: Study, k: int, tables: Tables) -> str:
    """Say in at most five sentences how the number of a model's types was found."""
    ks = sorted(tables["quality"].filter(pl.col("chosen").any().over("method"))["k"].to_list())
    chains = study.of("typology.method") == "markov_mixture"
    sentences = [
        study.say(
            _(
                "People are of one type if they move between states with the same monthly chances: "
                "mixtures of Markov chains with {first} to {last} types were fitted to the courses."
            )
            if chains
            else _(
                "People are of one type if they are in the same state in the same month: mixtures "
                "of exponential-distance models with {first} to {last} types were fitted."
            ),
            first=ks[0],
            last=ks[-1],
        )
    ]
    if continuum(tables):
        sentences += [
            study.say(
                _(
                    "They describe the courses no better than chance would make it: the courses "
                    "form one continuum without separate types."
                )
            ),
            study.say(_("The {k} groups that are shown only divide it."), k=k),
        ]
        return " ".join(sentences)
    if tested(tables):
        sentences.append(
            study.say(
                _(
                    "They describe the courses better than one model for everybody, by more than "
                    "chance would make it (level {level} per cent, {replicates} sets of random "
                    "courses without types)."
                ),
                level=f"{100 * study.of('typology.validation.level'):g}",
                replicates=lambda to: to.localise(
                    f"{study.of('typology.validation.replicates'):,}"
                ),
            )
        )
    sentences.append(
        study.say(
            _(
                "The best {criterion}, which weighs the fit against the number of parameters, is "
                "that of {k} types."
            ),
            criterion="ICL" if study.of("typology.choice.rule") == "icl" else "BIC",
            k=k,
        )
    )
    if "stability" in tables:
        sentences.append(_found_again(study, k, tables))
    return " ".join(sentences)


def _found_again(study: Study, k: int, tables: Tables) -> str:
    """Say which clusters are found again with other persons."""
    weak = _weak(study, k, tables)
    if weak.is_empty():
        return study.say(_("Every type is found again when the persons are drawn anew."))
    return _weak_sentence(study, k, weak)


def _weak(study: Study, k: int, tables: Tables) -> pl.Series:
    threshold = study.of("typology.validation.jaccard")
    return tables["stability"].filter(
        (pl.col("k") == k) & ~(pl.col("jaccard_median").fill_null(0.0) >= threshold)
    )["cluster"]


def _weak_sentence(study: Study, k: int, weak: pl.Series) -> str:
    if len(weak) == k:
        return study.say(_("None of its types is surely found again with other persons."))
    return study.say(
        _("Not surely found again with other persons, and to be read with care: cluster {ks}."),
        ks=lambda to: to.listed([str(one) for one in weak.sort()]),
    )


def _validated(study: Study, k: int, tables: Tables) -> str:
    """Say in at most four sentences what null models and stability led to."""
    table = tables["null_quality"].filter(pl.col("decides"))
    ks = table["k"].unique().sort().to_list()
    level = f"{100 * study.of('typology.validation.level'):g}"
    first = study.say(
        _(
            "Each grouping into {first} to {last} types was compared with groupings of "
            "{replicates} sets of random courses that have no types."
        ),
        first=ks[0],
        last=ks[-1],
        replicates=lambda to: to.localise(f"{study.of('typology.validation.replicates'):,}"),
    )
    if continuum(tables):
        rest = [
            study.say(
                _(
                    "None is clearer than chance would make it (level {level} per cent): the "
                    "courses form one continuum without separate types."
                ),
                level=level,
            ),
            study.say(_("The {k} groups that are shown only divide it."), k=k),
        ]
        return " ".join([first, *rest])
    clear = table.filter(pl.col("significant"))["k"].unique().sort().to_list()
    second = study.say(
        _("Clearer than chance would make them (level {level} per cent): {ks} types."),
        level=level,
        ks=lambda to: to.listed([str(one) for one in clear]),
    )
    return " ".join([first, second, *_stable(study, k, clear, tables)])


def _stable(study: Study, k: int, clear: Sequence[int], tables: Tables) -> list[str]:
    threshold = study.of("typology.validation.jaccard")
    least = tables["stability"].group_by("k").agg(pl.col("jaccard_median").min())
    sure = least.filter((pl.col("jaccard_median") >= threshold) & pl.col("k").is_in(list(clear)))
    stable = sorted(sure["k"].to_list())
    if k in stable:
        third = study.say(
            _("Of these, every type is found again when the persons are drawn anew with {ks}."),
            ks=lambda to: to.listed([str(one) for one in stable]),
        )
    else:
        third = _weak_sentence(study, k, _weak(study, k, tables))
    last = study.say(
        _("The choice of {k} stands out most from chance by {names} together."),
        k=k,
        names=lambda to: to.listed(list(study.of("typology.choice.indices"))),
    )
    return [third, last]
