DISSIMILARITY = PRIVATE / "dissimilarity"


rule distances:
    input:
        sequences=rules.windows.output,
    output:
        directory(DISSIMILARITY / "{measure}"),
    params:
        settings=leaves("dissimilarity"),
        code=code("dissimilarity"),
    threads: 2
    log:
        LOGS / "distances.{measure}.log",
    benchmark:
        TIMES / "distances.{measure}.tsv"
    message:
        "Compute the dissimilarities `{wildcards.measure}`"
    shell:
        "trajectories --threads {threads} distances --config {CONFIG} --name {wildcards.measure}"
        " --sequences {input.sequences} --out {output} 2>&1 | tee {log}"
