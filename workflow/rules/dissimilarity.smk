DISSIMILARITY = PRIVATE / "dissimilarity"
TILE = str(PRIVATE / "tiles" / "{measure}" / "{scatteritem}.npy")


scattergather:
    tiles=settings.dissimilarity.tiles,


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


rule tile:
    input:
        sequences=rules.windows.output,
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
    message:
        "Compute tile {wildcards.scatteritem} of the dissimilarities `{wildcards.measure}`"
    shell:
        "trajectories --threads {threads} tile --config {CONFIG} --name {wildcards.measure}"
        " --part {wildcards.scatteritem} --sequences {input.sequences} --out {output}"
        " 2>&1 | tee {log}"


rule distances:
    input:
        sequences=rules.windows.output,
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
    message:
        "Compute the dissimilarities `{wildcards.measure}`"
    shell:
        "trajectories --threads {threads} distances --config {CONFIG} --name {wildcards.measure}"
        " --sequences {input.sequences} {params.tiles} --out {output} 2>&1 | tee {log}"
