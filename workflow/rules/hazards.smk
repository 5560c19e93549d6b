HAZARDS = PRIVATE / "hazards"
PANEL = HAZARDS / "risk" / "panel.parquet"
BESIDE = HAZARDS / "risk" / "beside"
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
    resources:
        mem_mb=memory("changes"),
        runtime=minutes("changes"),
    params:
        settings=leaves("hazards.changes"),
        code=code("hazards.changes"),
    message:
        "Date caseworker changes and class them by cause"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " changes --config {CONFIG:q}"
        " --register {input.register:q} --out {output:q}"


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
    resources:
        mem_mb=memory("risk"),
        runtime=minutes("risk"),
    params:
        settings=leaves("hazards.risk", "hazards.changes", "hazards.models.designs"),
        code=code("hazards.risk"),
    message:
        "Build the person-months at risk"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " risk --config {CONFIG:q}"
        " --register {input.register:q} --months {input.months:q} --changes {input.changes:q}"
        " --out {output:q}"


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
    resources:
        mem_mb=memory("estimate"),
        runtime=minutes("estimate"),
    params:
        settings=leaves("hazards.models", "hazards.risk"),
        code=code("hazards.estimate"),
        truth=options("--truth", [PRIVATE / "truth.json"] if SIMULATED else []),
    message:
        "Estimate how caseworker changes relate to exits"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " estimate --config {CONFIG:q}"
        " --panel {PANEL:q} --changes {input.changes:q}"
        " --beside {BESIDE:q} {params.truth:q} --out {output:q}"


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
    resources:
        mem_mb=memory("histories"),
        runtime=minutes("histories"),
    params:
        settings=leaves("hazards.histories", "hazards.models", "hazards.risk"),
        code=code("hazards.histories"),
    message:
        "Follow courses before and after changes"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " histories --config {CONFIG:q}"
        " --panel {PANEL:q} --months {input.months:q}"
        " --changes {input.changes:q} --out {output:q}"


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
    resources:
        mem_mb=memory("sensitivity"),
        runtime=minutes("sensitivity"),
    params:
        settings=leaves("hazards.sensitivity", "hazards.models", "hazards.risk"),
        code=code("hazards.sensitivity"),
        truth=options("--truth", [PRIVATE / "truth.json"] if SIMULATED else []),
    message:
        "Describe changes, losses and how far selection could go"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " sensitivity --config {CONFIG:q}"
        " --register {input.register:q} --panel {PANEL:q}"
        " --changes {input.changes:q} {params.truth:q} --out {output:q}"


rule durations:
    input:
        DURATIONS,
    output:
        directory(HAZARDS / "durations"),
    log:
        LOGS / "durations.log",
    benchmark:
        TIMES / "durations.tsv"
    resources:
        mem_mb=memory("durations"),
        runtime=minutes("durations"),
    params:
        settings=leaves("hazards.durations"),
        read=stamps(DURATIONS),
        code=code("hazards.durations"),
    message:
        "Estimate hazards from a table of durations"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " durations --config {CONFIG:q}"
        " --out {output:q}"
