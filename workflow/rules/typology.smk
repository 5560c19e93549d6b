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
    params:
        settings=leaves("typology", "dissimilarity.main"),
        code=code("typology"),
        others=" ".join(f"--others {folder}" for folder in OTHERS),
    threads: 2
    log:
        LOGS / "cluster.log",
    benchmark:
        TIMES / "cluster.tsv"
    message:
        "Build one typology over all periods"
    shell:
        "trajectories --threads {threads} cluster --config {CONFIG} --sequences {input.sequences}"
        " --distances {input.main} {params.others} --out {output} 2>&1 | tee {log}"


rule hours:
    input:
        register=rules.ingest.output,
        sequences=rules.windows.output,
        typology=rules.cluster.output,
    output:
        directory(PRIVATE / "hours"),
    params:
        settings=leaves("typology.hours"),
        code=code("typology"),
    log:
        LOGS / "hours.log",
    benchmark:
        TIMES / "hours.tsv"
    message:
        "Average the hours of work of each cluster"
    shell:
        "trajectories --threads {threads} hours --config {CONFIG} --register {input.register}"
        " --sequences {input.sequences} --typology {input.typology} --out {output} 2>&1 | tee {log}"
