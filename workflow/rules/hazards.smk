HAZARDS = PRIVATE / "hazards"
DURATIONS = root.duration_files(settings)


rule changes:
    input:
        register=rules.ingest.output,
    output:
        directory(HAZARDS / "changes"),
    log:
        LOGS / "changes.log",
    benchmark:
        TIMES / "changes.tsv"
    params:
        settings=leaves("hazards.changes"),
        code=code("hazards"),
    message:
        "Date caseworker changes and class them by cause"
    shell:
        "trajectories --threads {threads} --keep-going changes --config {CONFIG:q}"
        " --register {input.register:q} --out {output:q} 2>&1 | tee {log:q}"


rule risk:
    input:
        register=rules.ingest.output,
        months=rules.months.output,
        changes=rules.changes.output,
    output:
        directory(HAZARDS / "risk"),
    log:
        LOGS / "risk.log",
    benchmark:
        TIMES / "risk.tsv"
    threads: 1
    params:
        settings=leaves("hazards.risk", "hazards.changes", "hazards.models.designs"),
        code=code("hazards"),
    message:
        "Build the person-months at risk"
    shell:
        "trajectories --threads {threads} --keep-going risk --config {CONFIG:q}"
        " --register {input.register:q} --months {input.months:q} --changes {input.changes:q}"
        " --out {output:q} 2>&1 | tee {log:q}"


rule estimate:
    input:
        risk=rules.risk.output,
        changes=rules.changes.output,
        truth=rules.simulate.output.truth if SIMULATED else [],
    output:
        directory(HAZARDS / "estimates"),
    log:
        LOGS / "estimate.log",
    benchmark:
        TIMES / "estimate.tsv"
    threads: 1
    params:
        settings=leaves("hazards.models", "hazards.risk"),
        code=code("hazards"),
        truth=options("--truth", [PRIVATE / "truth.json"] if SIMULATED else []),
    message:
        "Estimate how caseworker changes relate to exits"
    shell:
        "trajectories --threads {threads} --keep-going estimate --config {CONFIG:q}"
        " --panel {input.risk:q}/panel.parquet --changes {input.changes:q}"
        " --beside {input.risk:q}/beside {params.truth} --out {output:q} 2>&1 | tee {log:q}"


rule histories:
    input:
        risk=rules.risk.output,
        months=rules.months.output,
        changes=rules.changes.output,
    output:
        directory(HAZARDS / "histories"),
    log:
        LOGS / "histories.log",
    benchmark:
        TIMES / "histories.tsv"
    threads: HALF
    params:
        settings=leaves("hazards.histories", "hazards.models", "hazards.risk"),
        code=code("hazards"),
    message:
        "Follow courses before and after changes"
    shell:
        "trajectories --threads {threads} --keep-going histories --config {CONFIG:q}"
        " --panel {input.risk:q}/panel.parquet --months {input.months:q}"
        " --changes {input.changes:q} --out {output:q} 2>&1 | tee {log:q}"


rule sensitivity:
    input:
        register=rules.ingest.output,
        risk=rules.risk.output,
        changes=rules.changes.output,
        truth=rules.simulate.output.truth if SIMULATED else [],
    output:
        directory(HAZARDS / "sensitivity"),
    log:
        LOGS / "sensitivity.log",
    benchmark:
        TIMES / "sensitivity.tsv"
    threads: 1
    params:
        settings=leaves("hazards.sensitivity", "hazards.models", "hazards.risk"),
        code=code("hazards"),
        truth=options("--truth", [PRIVATE / "truth.json"] if SIMULATED else []),
    message:
        "Describe changes, losses and how far selection could go"
    shell:
        "trajectories --threads {threads} --keep-going sensitivity --config {CONFIG:q}"
        " --register {input.register:q} --panel {input.risk:q}/panel.parquet"
        " --changes {input.changes:q} {params.truth} --out {output:q} 2>&1 | tee {log:q}"


rule durations:
    input:
        DURATIONS,
    output:
        directory(HAZARDS / "durations"),
    log:
        LOGS / "durations.log",
    benchmark:
        TIMES / "durations.tsv"
    params:
        settings=leaves("hazards.durations"),
        read=stamps(DURATIONS),
        code=code("hazards"),
    message:
        "Estimate hazards from a table of durations"
    shell:
        "trajectories --threads {threads} --keep-going durations --config {CONFIG:q}"
        " --out {output:q} 2>&1 | tee {log:q}"
