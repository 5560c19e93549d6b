HAZARDS = PRIVATE / "hazards"


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
        "trajectories --threads {threads} changes --config {CONFIG} --register {input.register}"
        " --out {output} 2>&1 | tee {log}"


rule risk:
    input:
        register=rules.ingest.output,
        months=rules.months.output,
        changes=rules.changes.output,
    output:
        panel=HAZARDS / "panel.parquet",
        beside=directory(HAZARDS / "beside"),
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
        "trajectories --threads {threads} risk --config {CONFIG} --register {input.register}"
        " --months {input.months} --changes {input.changes} --out {HAZARDS} 2>&1 | tee {log}"


rule estimate:
    input:
        panel=rules.risk.output.panel,
        beside=rules.risk.output.beside,
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
        truth=f"--truth {PRIVATE / 'truth.json'}" if SIMULATED else "",
    message:
        "Estimate how caseworker changes relate to exits"
    shell:
        "trajectories --threads {threads} estimate --config {CONFIG} --panel {input.panel}"
        " --changes {input.changes} --beside {input.beside} {params.truth} --out {output}"
        " 2>&1 | tee {log}"


rule histories:
    input:
        panel=rules.risk.output.panel,
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
        "trajectories --threads {threads} histories --config {CONFIG} --panel {input.panel}"
        " --months {input.months} --changes {input.changes} --out {output} 2>&1 | tee {log}"


rule sensitivity:
    input:
        register=rules.ingest.output,
        panel=rules.risk.output.panel,
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
        truth=f"--truth {PRIVATE / 'truth.json'}" if SIMULATED else "",
    message:
        "Describe changes, losses and how far selection could go"
    shell:
        "trajectories --threads {threads} sensitivity --config {CONFIG}"
        " --register {input.register} --panel {input.panel} --changes {input.changes}"
        " {params.truth} --out {output} 2>&1 | tee {log}"


rule durations:
    input:
        root.duration_files(settings),
    output:
        directory(HAZARDS / "durations"),
    log:
        LOGS / "durations.log",
    benchmark:
        TIMES / "durations.tsv"
    params:
        settings=leaves("hazards.durations"),
        code=code("hazards"),
    message:
        "Estimate hazards from a table of durations"
    shell:
        "trajectories --threads {threads} durations --config {CONFIG} --out {output}"
        " 2>&1 | tee {log}"
