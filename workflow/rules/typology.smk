TYPOLOGY = PRIVATE / "typology"
MAIN = DISSIMILARITY / settings.dissimilarity.main
OTHERS = [
    DISSIMILARITY / name
    for name in settings.dissimilarity.measures
    if name != settings.dissimilarity.main
]


rule cluster:
    input:
        sequences=rules.windows.output,
        main=MAIN,
        others=OTHERS,
        channels=compared_by_any(),
        truth=rules.simulate.output.types if SIMULATED else [],
        register=rules.ingest.output,
    output:
        directory(TYPOLOGY),
    log:
        LOGS / "cluster.log",
    benchmark:
        TIMES / "cluster.tsv"
    threads: HALF
    resources:
        mem_mb=memory("cluster"),
        runtime=minutes("cluster"),
    params:
        settings=leaves("typology", "dissimilarity.main"),
        code=code("typology.cluster"),
        others=options("--others", OTHERS),
        channels=options("--channels", compared_by_any()),
        truth=options("--truth", [PRIVATE / "truth_types.parquet"] if SIMULATED else []),
    message:
        "Build one typology over all periods"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {ALL} --keep-going --log {log:q}"
        " cluster --config {CONFIG:q}"
        " --sequences {input.sequences:q} --distances {input.main:q} {params.others:q}"
        " {params.channels:q} {params.truth:q} --register {input.register:q} --out {output:q}"


rule hours:
    input:
        register=rules.ingest.output,
        sequences=rules.windows.output,
        typology=rules.cluster.output,
    output:
        directory(PRIVATE / "hours"),
    log:
        LOGS / "hours.log",
    benchmark:
        TIMES / "hours.tsv"
    resources:
        mem_mb=memory("hours"),
        runtime=minutes("hours"),
    params:
        settings=leaves(
            "typology.hours",
            "typology.seed",
            "typology.validation.level",
            "typology.choice.minimum_share",
        ),
        code=code("typology.hours"),
    message:
        "Average the hours of work of each cluster"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " hours --config {CONFIG:q}"
        " --register {input.register:q} --sequences {input.sequences:q}"
        " --typology {input.typology:q} --out {output:q}"


rule associations:
    input:
        register=rules.ingest.output,
        sequences=rules.windows.output,
        main=MAIN,
        channels=compares(settings.dissimilarity.main),
        typology=rules.cluster.output,
    output:
        directory(PRIVATE / "associations"),
    log:
        LOGS / "associations.log",
    benchmark:
        TIMES / "associations.tsv"
    resources:
        mem_mb=memory("associations"),
        runtime=minutes("associations"),
    params:
        settings=leaves("typology", "dissimilarity.main"),
        code=code("typology.associations"),
        channels=channel_option(settings.dissimilarity.main),
    message:
        "Ask what covariates explain of courses and clusters"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " associations --config {CONFIG:q}"
        " --register {input.register:q} --sequences {input.sequences:q}"
        " --distances {input.main:q} --typology {input.typology:q} {params.channels:q}"
        " --out {output:q}"


rule courses:
    input:
        register=rules.ingest.output,
        months=rules.months.output,
        sequences=rules.windows.output,
        typology=rules.cluster.output,
    output:
        directory(PRIVATE / "courses"),
    log:
        LOGS / "courses.log",
    benchmark:
        TIMES / "courses.tsv"
    resources:
        mem_mb=memory("courses"),
        runtime=minutes("courses"),
    params:
        settings=leaves(
            "sequences.internships",
            "sequences.description",
            "sequences.month.job_state",
        ),
        code=code("typology.courses"),
    message:
        "Count internships that end in paid work and describe courses by cluster"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " courses --config {CONFIG:q}"
        " --register {input.register:q} --months {input.months:q} --sequences {input.sequences:q}"
        " --typology {input.typology:q} --out {output:q}"


rule long_courses:
    input:
        register=rules.ingest.output,
        months=rules.months.output,
        sequences=rules.windows.output,
        dissimilarity=MAIN,
        typology=rules.cluster.output,
    output:
        directory(PRIVATE / "long_courses"),
    log:
        LOGS / "long_courses.log",
    benchmark:
        TIMES / "long_courses.tsv"
    resources:
        mem_mb=memory("long_courses"),
        runtime=minutes("long_courses"),
    params:
        settings=leaves("sequences.long_courses", "sequences.window.origin_states"),
        code=code("typology.long_courses"),
    message:
        "Describe courses that last for years and how they end"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " long-courses --config {CONFIG:q}"
        " --register {input.register:q} --months {input.months:q} --sequences {input.sequences:q}"
        " --dissimilarity {input.dissimilarity:q} --typology {input.typology:q} --out {output:q}"


rule memberships:
    input:
        sequences=rules.windows.output,
        dissimilarity=MAIN,
        channels=compares(settings.dissimilarity.main),
        typology=rules.cluster.output,
    output:
        directory(PRIVATE / "memberships"),
    log:
        LOGS / "memberships.log",
    benchmark:
        TIMES / "memberships.tsv"
    threads: 1
    resources:
        mem_mb=memory("memberships"),
        runtime=minutes("memberships"),
    params:
        settings=leaves("typology", "dissimilarity"),
        code=code("typology.memberships"),
        channels=channel_option(settings.dissimilarity.main),
    message:
        "Say how sure memberships are and fit two models beside the typology"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " memberships --config {CONFIG:q}"
        " --sequences {input.sequences:q} --distances {input.dissimilarity:q}"
        " --typology {input.typology:q} {params.channels:q} --out {output:q}"


rule index_plot:
    input:
        sequences=rules.windows.output,
        typology=rules.cluster.output,
        style="config/style.yaml",
    output:
        directory(PRIVATE / "figures"),
    log:
        LOGS / "index_plot.log",
    benchmark:
        TIMES / "index_plot.tsv"
    resources:
        mem_mb=memory("index_plot"),
        runtime=minutes("index_plot"),
    params:
        settings=leaves("sequences.description.index_rows"),
        code=code("typology.picture"),
    message:
        "Draw single courses by cluster, a private picture"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " picture --config {CONFIG:q}"
        " --sequences {input.sequences:q} --typology {input.typology:q} --style {input.style:q}"
        " --out {output:q}"
