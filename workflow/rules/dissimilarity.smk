DISSIMILARITY = PRIVATE / "dissimilarity"
CHANNELS = PRIVATE / "channels"
TILE = str(PRIVATE / "tiles" / "{measure}" / "{scatteritem}.npy")


scattergather:
    tiles=settings.dissimilarity.tiles,


def compares(measure):
    """Return the folder of channels where a measure compares any, and nothing else."""
    options = settings.dissimilarity.measures.get(measure)
    needs = options is not None and (options.channels or options.series)
    return [CHANNELS] if needs else []


def channel_option(measure):
    """Return the option by which a verb finds what a measure compares besides states."""
    return "".join(f"--channels {folder}" for folder in compares(measure))


def tiles_of(wildcards):
    """Return the files of a measure's tiles; none where one job computes all."""
    if settings.dissimilarity.tiles == 1:
        return []
    return [
        path.format(measure=wildcards.measure) for path in gather.tiles(TILE_OF_MEASURE)
    ]


def tile_options(wildcards):
    """Return the options by which the verb finds a measure's tiles."""
    return " ".join(f"--tiles {path}" for path in tiles_of(wildcards))


# A scattered path fills in its own wildcard; braces that are doubled stay for the measure.
TILE_OF_MEASURE = TILE.replace("{measure}", "{{measure}}")


rule channels:
    input:
        register=rules.ingest.output,
        months=rules.months.output,
        sequences=rules.windows.output,
    output:
        directory(CHANNELS),
    log:
        LOGS / "channels.log",
    benchmark:
        TIMES / "channels.tsv"
    threads: 1
    params:
        settings=leaves(
            "dissimilarity.sources",
            "dissimilarity.measures",
            "sequences.month.out_state",
        ),
        code=code("channels"),
    message:
        "Make the channels and series that measures compare"
    shell:
        "trajectories --threads {threads} channels --config {CONFIG} --register {input.register}"
        " --months {input.months} --sequences {input.sequences} --out {output} 2>&1 | tee {log}"


rule tile:
    input:
        sequences=rules.windows.output,
        channels=lambda wildcards: compares(wildcards.measure),
    output:
        temp(TILE),
    log:
        LOGS / "tile.{measure}.{scatteritem}.log",
    benchmark:
        TIMES / "tile.{measure}.{scatteritem}.tsv"
    threads: 1
    params:
        settings=leaves("dissimilarity"),
        code=code("dissimilarity"),
        channels=lambda wildcards: channel_option(wildcards.measure),
    message:
        "Compute tile {wildcards.scatteritem} of the dissimilarities `{wildcards.measure}`"
    shell:
        "trajectories --threads {threads} tile --config {CONFIG} --name {wildcards.measure}"
        " --part {wildcards.scatteritem} --sequences {input.sequences} {params.channels}"
        " --out {output}"
        " 2>&1 | tee {log}"


rule distances:
    input:
        sequences=rules.windows.output,
        channels=lambda wildcards: compares(wildcards.measure),
        tiles=tiles_of,
    output:
        directory(DISSIMILARITY / "{measure}"),
    log:
        LOGS / "distances.{measure}.log",
    benchmark:
        TIMES / "distances.{measure}.tsv"
    threads: HALF
    params:
        settings=leaves("dissimilarity"),
        code=code("dissimilarity"),
        tiles=tile_options,
        channels=lambda wildcards: channel_option(wildcards.measure),
    message:
        "Compute the dissimilarities `{wildcards.measure}`"
    shell:
        "trajectories --threads {threads} distances --config {CONFIG} --name {wildcards.measure}"
        " --sequences {input.sequences} {params.channels} {params.tiles} --out {output}"
        " 2>&1 | tee {log}"
