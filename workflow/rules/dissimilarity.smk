DISSIMILARITY = PRIVATE / "dissimilarity"
CHANNELS = PRIVATE / "channels"
TILE = str(PRIVATE / "tiles" / "{measure}" / "{scatteritem}")


scattergather:
    tiles=settings.dissimilarity.tiles,


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
    resources:
        mem_mb=memory("channels"),
        runtime=minutes("channels"),
    params:
        settings=leaves(
            "dissimilarity.sources",
            "dissimilarity.measures",
            "sequences.month.out_state",
        ),
        code=code("dissimilarity.channels"),
    message:
        "Make the channels and series that measures compare"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " channels --config {CONFIG:q}"
        " --register {input.register:q} --months {input.months:q} --sequences {input.sequences:q}"
        " --out {output:q}"


rule tile:
    input:
        sequences=rules.windows.output,
        channels=lambda wildcards: compares(wildcards.measure),
    output:
        temp(directory(TILE)),
    log:
        LOGS / "tile.{measure}.{scatteritem}.log",
    benchmark:
        TIMES / "tile.{measure}.{scatteritem}.tsv"
    threads: 1
    resources:
        mem_mb=memory("tile"),
        runtime=minutes("tile"),
    params:
        settings=leaves("dissimilarity"),
        code=code("dissimilarity.tile"),
        channels=lambda wildcards: channel_option(wildcards.measure),
    message:
        "Compute tile {wildcards.scatteritem} of the dissimilarities `{wildcards.measure}`"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " tile --config {CONFIG:q}"
        " --name {wildcards.measure:q} --part {wildcards.scatteritem:q}"
        " --sequences {input.sequences:q} {params.channels:q} --out {output:q}"


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
    resources:
        mem_mb=memory("distances"),
        runtime=minutes("distances"),
    params:
        settings=leaves("dissimilarity"),
        code=code("dissimilarity.distances"),
        tiles=tile_options,
        channels=lambda wildcards: channel_option(wildcards.measure),
    message:
        "Compute the dissimilarities `{wildcards.measure}`"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " distances --config {CONFIG:q}"
        " --name {wildcards.measure:q} --sequences {input.sequences:q} {params.channels:q}"
        " {params.tiles:q} --out {output:q}"
