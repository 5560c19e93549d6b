DISSIMILARITY = PRIVATE / "dissimilarity"


rule distances:
    input:
        sequences=rules.windows.output,
    output:
        directory(DISSIMILARITY / "{measure}"),
    log:
        LOGS / "distances.{measure}.log",
    benchmark:
        TIMES / "distances.{measure}.tsv"
    threads: 2
    params:
        settings=leaves("dissimilarity"),
        code=code("dissimilarity"),
    message:
        "Compute the dissimilarities `{wildcards.measure}`"
    shell:
        "trajectories --threads {threads} distances --config {CONFIG} --name {wildcards.measure}"
        " --sequences {input.sequences} --out {output} 2>&1 | tee {log}"
