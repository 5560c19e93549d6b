RELABELLINGS = [*root.relabellings(settings), *root.readiness_lists(settings)]
RATES = root.rate_files(settings)
CHANGED = [PRIVATE / "hazards" / "changes"] if "hazards" in STAGES else []


rule compare:
    input:
        register=rules.ingest.output,
        months=rules.months.output,
        sequences=rules.windows.output,
        dissimilarity=MAIN,
        channels=compares(settings.dissimilarity.main),
        typology=rules.cluster.output,
        codelists=CODELISTS,
        relabelling=RELABELLINGS,
        truth=rules.simulate.output.truth if SIMULATED else [],
    output:
        directory(PRIVATE / "reform"),
    log:
        LOGS / "compare.log",
    benchmark:
        TIMES / "compare.tsv"
    resources:
        mem_mb=memory("compare"),
        runtime=minutes("compare"),
    params:
        settings=leaves("reform", "sequences", "register.alphabet", "dissimilarity"),
        read=stamps(RELABELLINGS),
        code=code("reform.compare"),
        channels=channel_option(settings.dissimilarity.main),
        truth=options("--truth", [PRIVATE / "truth.json"] if SIMULATED else []),
    message:
        "Compare the periods and check the relabelling"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " compare --config {CONFIG:q}"
        " --register {input.register:q} --months {input.months:q} --sequences {input.sequences:q}"
        " --dissimilarity {input.dissimilarity:q} --typology {input.typology:q} {params.channels:q}"
        " {params.truth:q} --out {output:q}"


rule costs:
    input:
        sequences=rules.windows.output,
        typology=rules.cluster.output,
        rates=RATES,
    output:
        directory(PRIVATE / "costs"),
    log:
        LOGS / "costs.log",
    benchmark:
        TIMES / "costs.tsv"
    resources:
        mem_mb=memory("costs"),
        runtime=minutes("costs"),
    params:
        settings=leaves("costs", "sequences.month.job_state"),
        read=stamps(RATES),
        code=code("reform.costs"),
    message:
        "Price the courses by a table of rates"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " costs --config {CONFIG:q}"
        " --sequences {input.sequences:q} --typology {input.typology:q} --out {output:q}"


rule municipalities:
    input:
        register=rules.ingest.output,
        months=rules.months.output,
        changes=CHANGED,
    output:
        directory(PRIVATE / "municipalities"),
    log:
        LOGS / "municipalities.log",
    benchmark:
        TIMES / "municipalities.tsv"
    resources:
        mem_mb=memory("municipalities"),
        runtime=minutes("municipalities"),
    params:
        settings=leaves(
            "reform.municipalities",
            "sequences.events",
            "sequences.window.origin_states",
        ),
        changes=options("--changes", CHANGED),
        code=code("reform.municipalities"),
    message:
        "Count entries, exits and caseworkers by municipality and year"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " municipalities --config {CONFIG:q} --register {input.register:q}"
        " --months {input.months:q} {params.changes:q} --out {output:q}"
