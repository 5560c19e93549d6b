HAZARDS = PRIVATE / "hazards"


rule changes:
    input:
        register=rules.ingest.output,
    output:
        directory(HAZARDS / "changes"),
    params:
        settings=leaves("hazards.changes"),
        code=code("hazards"),
    log:
        LOGS / "changes.log",
    benchmark:
        TIMES / "changes.tsv"
    message:
        "Date caseworker changes and class them by cause"
    shell:
        "trajectories --threads {threads} changes --config {CONFIG} --register {input.register}"
        " --out {output} 2>&1 | tee {log}"


rule risk:
    input:
        register=rules.ingest.output,
        months=rules.months.output,
        changes=rules.changes.output,
    output:
        HAZARDS / "panel.parquet",
    params:
        settings=leaves("hazards.risk", "hazards.changes"),
        code=code("hazards"),
    threads: 2
    log:
        LOGS / "risk.log",
    benchmark:
        TIMES / "risk.tsv"
    message:
        "Build the person-months at risk"
    shell:
        "trajectories --threads {threads} risk --config {CONFIG} --register {input.register}"
        " --months {input.months} --changes {input.changes} --out {HAZARDS} 2>&1 | tee {log}"


rule estimate:
    input:
        panel=rules.risk.output,
        changes=rules.changes.output,
        raw=rules.simulate.output if SIMULATED else [],
    output:
        directory(HAZARDS / "estimates"),
    params:
        settings=leaves("hazards.models", "hazards.risk"),
        code=code("hazards"),
        truth=f"--truth {RAW / 'truth.json'}" if SIMULATED else "",
    threads: 2
    log:
        LOGS / "estimate.log",
    benchmark:
        TIMES / "estimate.tsv"
    message:
        "Estimate how caseworker changes relate to exits"
    shell:
        "trajectories --threads {threads} estimate --config {CONFIG} --panel {input.panel}"
        " --changes {input.changes} {params.truth} --out {output} 2>&1 | tee {log}"


rule durations:
    input:
        root.duration_files(settings),
    output:
        directory(HAZARDS / "durations"),
    params:
        settings=leaves("hazards.durations"),
        code=code("hazards"),
    log:
        LOGS / "durations.log",
    benchmark:
        TIMES / "durations.tsv"
    message:
        "Estimate hazards from a table of durations"
    shell:
        "trajectories --threads {threads} durations --config {CONFIG} --out {output}"
        " 2>&1 | tee {log}"
