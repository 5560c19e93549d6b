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
    output:
        directory(TYPOLOGY),
    log:
        LOGS / "cluster.log",
    benchmark:
        TIMES / "cluster.tsv"
    threads: HALF
    # Half the cores are booked, all may be used: the hazards' branch often ends first.
    params:
        settings=leaves("typology", "dissimilarity.main"),
        code=code("typology"),
        others=" ".join(f"--others {folder}" for folder in OTHERS),
    message:
        "Build one typology over all periods"
    shell:
        "trajectories --threads {CORES} cluster --config {CONFIG} --sequences {input.sequences}"
        " --distances {input.main} {params.others} --out {output} 2>&1 | tee {log}"


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
    params:
        settings=leaves("typology.hours"),
        code=code("typology"),
    message:
        "Average the hours of work of each cluster"
    shell:
        "trajectories --threads {threads} hours --config {CONFIG} --register {input.register}"
        " --sequences {input.sequences} --typology {input.typology} --out {output} 2>&1 | tee {log}"


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
    params:
        settings=leaves(
            "sequences.internships",
            "sequences.description",
            "sequences.month.job_state",
        ),
        code=code("courses"),
    message:
        "Count internships that end in paid work and describe courses by cluster"
    shell:
        "trajectories --threads {threads} courses --config {CONFIG} --register {input.register}"
        " --months {input.months} --sequences {input.sequences} --typology {input.typology}"
        " --out {output} 2>&1 | tee {log}"


rule index_plot:
    input:
        sequences=rules.windows.output,
        typology=rules.cluster.output,
        style="config/style.yaml",
    output:
        PRIVATE / "figures" / "index_plot.png",
    log:
        LOGS / "index_plot.log",
    benchmark:
        TIMES / "index_plot.tsv"
    params:
        settings=leaves("sequences.description.index_rows"),
        code=code("courses"),
    message:
        "Draw single courses by cluster, a private picture"
    shell:
        "trajectories --threads {threads} picture --config {CONFIG}"
        " --sequences {input.sequences} --typology {input.typology} --style {input.style}"
        " --out {output} 2>&1 | tee {log}"
