rule compare:
    input:
        register=rules.ingest.output,
        months=rules.months.output,
        sequences=rules.windows.output,
        dissimilarity=MAIN,
        channels=compares(settings.dissimilarity.main),
        typology=rules.cluster.output,
        codelists=root.codelists(settings),
    output:
        directory(PRIVATE / "reform"),
    log:
        LOGS / "compare.log",
    benchmark:
        TIMES / "compare.tsv"
    params:
        settings=leaves(
            "reform", "sequences", "register.alphabet", "dissimilarity.sources"
        ),
        code=code("reform"),
        channels=channel_option(settings.dissimilarity.main),
    message:
        "Compare the periods and check the relabelling"
    shell:
        "trajectories --threads {threads} compare --config {CONFIG} --register {input.register}"
        " --months {input.months} --sequences {input.sequences}"
        " --dissimilarity {input.dissimilarity} --typology {input.typology}"
        " {params.channels} --out {output}"
        " 2>&1 | tee {log}"
