"""The section `typology`: clusters of trajectories and how their number is chosen."""

from typing import Literal, get_args

from pydantic import Field, model_validator

from trajectories.config.names import Words
from trajectories.config.section import Section

Method = Literal["pam", "ward"]
ModelMethod = Literal["medseq", "markov_mixture"]
PrecisionType = Literal["CC", "UC", "CU", "UU", "CCN", "UCN", "CUN", "UUN"]
NullModel = Literal["combined", "duration", "sequencing", "stateindep", "markov", "exchanged"]
Property = Literal[
    "state",
    "spell_age",
    "spell_duration",
    "duration",
    "transition",
    "pattern",
    "first_transition",
    "first_pattern",
]
Index = Literal["PBC", "HG", "HGSD", "ASW", "ASWw", "CH", "R2", "CHsq", "R2sq", "HC"]


class ChoiceConfig(Section):
    """The rule that chooses the number of clusters k."""

    rule: Literal["validated", "rank_sum", "best", "bic", "icl", "fixed"] = "validated"
    """`validated`: only k that are clearer than random courses (`typology.validation`) take part,
    those with stable clusters first, ranked by how far `indices` lie from chance; without any, the
    smallest k is shown as a division of one continuum. A model takes part where it gains more than
    in random courses, and `bic` decides. `rank_sum`: each of `indices` ranks the
    numbers of clusters, the lowest sum of ranks wins; `best`: the first of `indices` decides alone;
    `bic`, `icl`: the criterion of the model decides, where `method` is one; `fixed`: `k` is taken;
    the smaller k wins a tie."""
    indices: tuple[Index, ...] = Field(("ASW", "HC", "PBC", "CH"), min_length=1)
    """Quality indices that the rule uses; HC is best when low, the others when high."""
    k: int | None = Field(None, ge=2)
    """The number of clusters of the rule `fixed`, else null."""
    minimum_share: float = Field(0.02, ge=0, lt=0.5)
    """Smallest share of the windows' weight that every cluster must hold for its k to be chosen by
    any rule but `fixed`; where no k passes, all take part."""

    @model_validator(mode="after")
    def _k_belongs_to_fixed(self) -> "ChoiceConfig":
        if (self.rule == "fixed") != (self.k is not None):
            raise ValueError(f"k is {self.k} and rule is {self.rule}: `fixed` needs k, others null")
        if len(set(self.indices)) < len(self.indices):
            raise ValueError("indices names an index twice")
        return self


class NamesConfig(Section):
    """How clusters are named and ordered."""

    share: float = Field(0.2, gt=0, le=1)
    """States that fill at least this share of a cluster's months name it, the longest first; the
    longest one always does."""
    states: int = Field(3, ge=1, le=6)
    """Largest number of states in a name."""
    order: Literal["states", "size"] = "states"
    """Clusters are numbered by the alphabet's order of the states in their names, the larger
    cluster first at ties, or by size, the largest first."""


class HourTypesConfig(Section):
    """A typology of the monthly hours of work, beside that of states."""

    enabled: bool = True
    """Whether it is made at all."""
    measure: Literal["softdtw", "dtw"] = "softdtw"
    """What warps time before courses are compared: soft-DTW, or plain dynamic time warping, which
    takes a tenth of the time and follows single courses more closely."""
    gamma: float = Field(2_500.0, gt=0)
    """Smoothing of soft-DTW in squared hours: differences of about 50 hours a month count little.
    With the square of a full-time month only the level of the hours is left."""
    k_min: int = Field(2, ge=2, le=20)
    """Smallest number of types tried."""
    k_max: int = Field(5, ge=2, le=20)
    """Largest number of types tried."""
    sample: int = Field(200, ge=50, le=20_000)
    """Largest number of windows that the types are made from; of more, so many are drawn by weight.
    All windows go to the nearest barycentre."""
    replicates: int = Field(19, ge=19, le=100_000)
    """Sets of courses with their months in random order, with which the types are compared; 1,000
    for a paper."""

    @model_validator(mode="after")
    def _numbers_fit(self) -> "HourTypesConfig":
        if self.k_min > self.k_max:
            raise ValueError(f"k_min {self.k_min} is larger than k_max {self.k_max}")
        return self


class HoursConfig(Section):
    """Monthly hours of work by cluster."""

    sample: int = Field(200, ge=10, le=5000)
    """Largest number of windows of a cluster that its soft-DTW barycentre takes."""
    gamma: float = Field(25_000.0, gt=0)
    """Smoothing of soft-DTW in squared hours, the square of a full-time month by default: a smaller
    one aligns more sharply and follows single courses."""
    missing_weekly_hours: float = Field(37.0, ge=0, le=168)
    """Weekly hours of an employment spell that registers none; 37 is full time."""
    types: HourTypesConfig = HourTypesConfig()
    """A typology of the monthly hours of work, beside that of states."""


class SamplingConfig(Section):
    """How medoids are found in samples (CLARA) where the matrix of distances is too large."""

    samples: int = Field(20, ge=1, le=10_000)
    """Number of samples that are clustered; the one whose medoids fit best is used."""
    size: int = Field(2_000, ge=100, le=40_000)
    """Draws of a sample."""
    compared: int = Field(20_000, ge=1_000)
    """Draws on which the samples' medoids are compared; all windows are assigned to the best."""
    criterion: Literal["distance", "db", "xb", "pbm", "ams"] = "distance"
    """What makes a sample the best: the mean distance to the medoids, Davies–Bouldin, Xie–Beni, PBM
    or the silhouette around medoids."""
    quality: int = Field(4_000, ge=500, le=40_000)
    """Draws on which the quality indices, which need all distances, are computed; where a model
    makes the typology, too."""


class MixturesConfig(Section):
    """Typologies by models of the sequences: MEDseq, and mixtures of Markov chains."""

    enabled: bool = True
    """Whether both models are fitted beside the typology, to compare them with it."""
    type: PrecisionType = "UUN"
    """Precision of `medseq`: the first letter over clusters and the second over months, common (C)
    or unconstrained (U); N adds a noise component for courses that fit nowhere."""
    phases: int = Field(1, ge=1, le=12)
    """Phases of the window, each with transitions of its own, of `markov_mixture`."""
    starts: int = Field(10, ge=1, le=10_000)
    """Starts of each model; the likelihoods have many maxima, so take 60 or more for a paper."""
    tolerance: float = Field(0.1, gt=0, le=10)
    """How near the log-likelihood must be to its estimated limit."""
    sample: int = Field(300, ge=100, le=1_000_000)
    """Largest number of windows on which the criteria of other numbers of types are compared; of
    more, so many are drawn by weight. The models beside the typology are fitted to all."""


class MembershipsConfig(Section):
    """How sure memberships are, and what goes with them."""

    fuzziness: float = Field(1.5, gt=1, le=5)
    """m of the probabilities that follow from the distances to the medoids, in proportion to
    distance^(−1/(m − 1)); the larger, the less sure."""
    sure: float = Field(0.8, gt=0, le=1)
    """Probability from which a membership counts as sure."""
    covariates: tuple[Literal["group", "age_band", "sex", "municipality"], ...] = (
        "group",
        "age_band",
        "sex",
    )
    """Columns that memberships are regressed on; those with one value are left out."""
    age_cuts: tuple[int, ...] = (30, 45)
    """Ages that cut the bands of `age_band`."""
    replicates: int = Field(200, ge=20, le=100_000)
    """Samples of persons for the intervals of the regression."""
    sample: int = Field(600, ge=50, le=5_000)
    """Largest number of windows whose distances are all compared, for the map and for what the
    typology keeps of associations; of more, so many are drawn by weight."""


class ValidationConfig(Section):
    """Whether there are clusters at all, and how stable they are."""

    enabled: bool = True
    """Whether null models, intervals and stability are computed; the rule `validated` of distances
    needs them. Measures of channels or series have no null models."""
    models: tuple[NullModel, ...] = Field(("combined", "markov"), min_length=1)
    """Null models of which every one must be rejected: `combined` random spells, `duration` random
    durations, `sequencing` random order of spells, `stateindep` states by month alone, `markov` a
    Markov chain, `exchanged` the courses themselves, with what follows exchanged between people who
    are in the same state in the same month."""
    index: Index = "ASW"
    """The quality index that is tested; of a model it is the gain in BIC over one cluster."""
    replicates: int = Field(39, ge=19, le=100_000)
    """Replicates of each null model; 1,000 for a paper."""
    sample: int = Field(300, ge=100, le=20_000)
    """Largest number of windows in a replicate; of more, so many are drawn by weight."""
    level: float = Field(0.05, gt=0, lt=1)
    """Level of the test over all numbers of clusters."""
    bootstraps: int = Field(25, ge=10, le=100_000)
    """Samples of persons for intervals and stability; 500 for a paper."""
    draws: int = Field(300, ge=100, le=20_000)
    """Largest number of persons drawn in each of them."""
    model_sample: int = Field(1_000, ge=100, le=1_000_000)
    """Largest number of windows in a replicate, and of persons in a sample, where a model makes
    the typology: it needs more of them, and takes less time for each."""
    jaccard: float = Field(0.75, gt=0, le=1)
    """Smallest median Jaccard index of a stable cluster."""

    @model_validator(mode="after")
    def _replicates_suffice(self) -> "ValidationConfig":
        if self.level * (self.replicates + 1) < 1 - 1e-9:
            raise ValueError(
                f"{self.replicates} replicates are too few for a test at the level {self.level:g}"
            )
        if len(set(self.models)) < len(self.models):
            raise ValueError("models names a null model twice")
        return self


class TreeConfig(Section):
    """The regression tree of courses."""

    min_share: float = Field(0.05, gt=0, lt=0.5)
    """Least share of the weight on each side of a division."""
    depth: int = Field(4, ge=2, le=8)
    """Most nodes from the root to a leaf, both counted: 4 allows three divisions in a row."""
    p_value: float = Field(0.01, gt=0, le=1)
    """Largest p-value of a division."""
    corrected: bool = False
    """Whether p-values account for the search among covariates and cuts, by a search in every
    permutation; it takes as many searches as permutations."""


class AssociationsConfig(Section):
    """What covariates explain of courses, and how they go with the clusters."""

    enabled: bool = True
    """Whether these tables are made at all."""
    covariates: tuple[Words, ...] = Field(("group", "age", "sex", "municipality"), min_length=1)
    """Columns of persons, and `group`, `age` and `municipality` of windows. Of more than twelve
    different words the most frequent keep their names."""
    sample: int = Field(1_000, ge=100, le=20_000)
    """Largest number of persons, with a window each, between whom all distances are compared."""
    permutations: int = Field(500, ge=20, le=100_000)
    """Permutations of a test, the observed data being one of them; 1,000 or more for a paper."""
    tree: TreeConfig = TreeConfig()
    """The regression tree of courses."""
    properties: tuple[Property, ...] = Field(("duration", "state"), min_length=1)
    """What rules of clusters may ask for: months in each state, the state in a month, begins and
    durations of spells, transitions and patterns."""
    bootstraps: int = Field(20, ge=5, le=100_000)
    """Draws of persons for the intervals of associations with clusters; 500 for a paper."""
    choose_again: bool = False
    """Whether each draw chooses its number of clusters anew, from `k_min` to `k_max`."""
    largest: int = Field(1_000, ge=200, le=40_000)
    """Most different courses in a draw that are clustered by all of their distances; above it
    medoids are found in samples (CLARA)."""
    sampling: SamplingConfig = SamplingConfig(samples=3, size=600, compared=2_000, quality=600)
    """How medoids are found in the samples of a draw."""
    representatives: Literal["density", "freq", "dist", "mscore", "prob"] = "density"
    """What makes a course representative: many near it, many equal, central, usual states month by
    month, or likely transitions."""
    coverage: float = Field(0.5, gt=0, le=1)
    """Share of a cluster that lies near one of its representatives."""
    radius: float = Field(0.2, gt=0, lt=1)
    """How near, as a share of the largest distance."""
    stripes: int = Field(30, ge=2, le=100)
    """Relative-frequency groups of all windows."""


class TypologyConfig(Section):
    """One typology over all windows."""

    enabled: bool = True
    """Whether clusters are made at all."""
    methods: tuple[Method, ...] = Field(("pam", "ward"), min_length=1)
    """Methods that are computed and compared: `pam` partitions around medoids, `ward` cuts Ward's
    tree, which needs a copy of the distances in memory."""
    method: Method | ModelMethod = "markov_mixture"
    """The method whose partition is used: one of `methods`; or a model, which needs no distances
    to find clusters: `markov_mixture`, for types that differ in how people move, or `medseq`, for
    types that differ in when."""
    k_min: int = Field(2, ge=2, le=50)
    """Smallest number of clusters tried."""
    k_max: int = Field(10, ge=2, le=50)
    """Largest number of clusters tried."""
    starts: int = Field(5, ge=0, le=1000)
    """Random starts of `pam` for each k, beside BUILD, Ward's clusters and the best medoids of the
    neighbouring k; none where `method` is a model, with which medoids are only compared."""
    seed: int = Field(1, ge=0, lt=2**63)
    """Seed of the random starts and of samples."""
    ward: Literal["ward.D2", "ward.D"] = "ward.D2"
    """Ward's criterion on squared distances, `ward.D2`, or on distances, `ward.D` (names of R's
    hclust)."""
    ward_start: Literal["replicates", "members"] = "replicates"
    """How weights enter Ward's tree: `replicates` as if each window stood alone, `members` as R's
    hclust with members."""
    sampling: SamplingConfig = SamplingConfig()
    """How medoids are found in samples (CLARA) where the matrix of distances is too large."""
    choice: ChoiceConfig = ChoiceConfig()
    """The rule that chooses the number of clusters k."""
    memberships: MembershipsConfig = MembershipsConfig()
    """How sure memberships are, and what goes with them."""
    models: MixturesConfig = MixturesConfig()
    """Typologies by models of the sequences: MEDseq, and mixtures of Markov chains."""
    validation: ValidationConfig = ValidationConfig()
    """Whether there are clusters at all, and how stable they are."""
    names: NamesConfig = NamesConfig()
    """How clusters are named and ordered."""
    hours: HoursConfig = HoursConfig()
    """Monthly hours of work by cluster."""
    associations: AssociationsConfig = AssociationsConfig()
    """What covariates explain of courses, and how they go with the clusters."""
    largest_gib: float = Field(4.0, gt=0)
    """Largest working memory that the clustering of a whole matrix may take, in GiB; above it the
    typology comes from samples."""

    @model_validator(mode="after")
    def _keys_fit(self) -> "TypologyConfig":
        if self.k_min > self.k_max:
            raise ValueError(f"k_min {self.k_min} is larger than k_max {self.k_max}")
        by_model = self.method in get_args(ModelMethod)
        if not by_model and self.method not in self.methods:
            raise ValueError(f"method {self.method} is none of methods")
        if len(set(self.methods)) < len(self.methods):
            raise ValueError("methods names a method twice")
        if self.choice.rule in ("bic", "icl") and not by_model:
            raise ValueError(f"the rule `{self.choice.rule}` needs a model as method")
        if self.choice.rule == "validated" and not (by_model or self.validation.enabled):
            raise ValueError("the rule `validated` needs validation.enabled: take another rule")
        k = self.choice.k
        if k is not None and not self.k_min <= k <= self.k_max:
            raise ValueError(f"choice.k {k} lies outside k_min {self.k_min} … k_max {self.k_max}")
        return self
