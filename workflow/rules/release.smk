STYLE = "config/style.yaml"
GATE = PRIVATE / "release"
FIGURES = RELEASE / "figures"
HISTORIES = settings.hazards.histories.enabled
SENSITIVITY = settings.hazards.sensitivity.enabled
TABLES = {
    "register": [REGISTER / "tables"],
    "sequences": [SEQUENCES / "tables"],
    "dissimilarity": [],
    "typology": [
        TYPOLOGY / "tables",
        PRIVATE / "hours" / "tables",
        PRIVATE / "courses" / "tables",
    ],
    "reform": [PRIVATE / "reform" / "tables"],
    "hazards": [
        HAZARDS / "changes" / "tables",
        HAZARDS / "estimates" / "tables",
        *([HAZARDS / "histories" / "tables"] if HISTORIES else []),
        *([HAZARDS / "sensitivity" / "tables"] if SENSITIVITY else []),
    ],
    "durations": [HAZARDS / "durations" / "tables"],
}
MADE_BY = {
    "register": rules.ingest.output,
    "sequences": rules.windows.output,
    "dissimilarity": [],
    "typology": [rules.cluster.output, rules.hours.output, rules.courses.output],
    "reform": rules.compare.output,
    "hazards": [
        rules.changes.output,
        rules.estimate.output,
        rules.histories.output if HISTORIES else [],
        rules.sensitivity.output if SENSITIVITY else [],
    ],
    "durations": rules.durations.output,
}


rule protect:
    input:
        [MADE_BY[stage] for stage in STAGES],
    output:
        about=RELEASE / "about.json",
        disclosure=RELEASE / "disclosure.csv",
    log:
        LOGS / "protect.log",
    benchmark:
        TIMES / "protect.tsv"
    params:
        settings=leaves(*type(settings).model_fields),
        code=code("release"),
        inputs=" ".join(
            f"--inputs {path}" for stage in STAGES for path in TABLES[stage]
        ),
    message:
        "Let every table pass the disclosure gate"
    shell:
        "trajectories --threads {threads} protect --config {CONFIG} {params.inputs} --out {RELEASE}"
        " --private {GATE} 2>&1 | tee {log}"


rule figures:
    input:
        rules.protect.output,
        style=STYLE,
    output:
        FIGURES / "figures.json",
    log:
        LOGS / "figures.log",
    benchmark:
        TIMES / "figures.tsv"
    params:
        code=code("release"),
    message:
        "Draw the figures from the released tables"
    shell:
        "trajectories --threads {threads} figures --release {RELEASE} --style {input.style}"
        " --out {FIGURES} 2>&1 | tee {log}"


rule headline:
    input:
        rules.protect.output,
    output:
        RELEASE / "headline.json",
    log:
        LOGS / "headline.log",
    benchmark:
        TIMES / "headline.tsv"
    params:
        code=code("release"),
    message:
        "Read the headline numbers from the released tables"
    shell:
        "trajectories --threads {threads} headline --release {RELEASE} --private {GATE}"
        " --out {output} --exact {GATE}/headline.json 2>&1 | tee {log}"


rule provenance:
    input:
        rules.protect.output,
        rules.figures.output,
        rules.headline.output,
        lock="uv.lock",
        files=(
            root.input_files(settings)
            if "register" in STAGES
            else root.duration_files(settings)
        ),
    output:
        RELEASE / "provenance.json",
    log:
        LOGS / "provenance.log",
    params:
        code=code("release"),
        inputs=lambda wildcards, input: " ".join(
            f"--inputs {path}" for path in input.files
        ),
    message:
        "Write where each number came from"
    shell:
        "trajectories --threads {threads} provenance --config {CONFIG} --lock {input.lock}"
        " {params.inputs} --release {RELEASE} --private {GATE} --benchmarks {TIMES} --out {output}"
        " 2>&1 | tee {log}"


rule report:
    input:
        rules.figures.output,
        rules.headline.output,
        rules.provenance.output,
    output:
        RELEASE / "report.html",
        RELEASE / "manifest.json",
    log:
        LOGS / "report.log",
    benchmark:
        TIMES / "report.tsv"
    params:
        code=code("release"),
    message:
        "Write the report"
    shell:
        "trajectories --threads {threads} report --release {RELEASE} --out {output[0]}"
        " 2>&1 | tee {log}"


rule redraw:
    log:
        LOGS / "redraw.log",
    params:
        source=config.get("redraw_from", RELEASE),
        out=PRIVATE / "redrawn",
    message:
        "Redraw every figure from a release folder alone"
    shell:
        "trajectories --threads {threads} redraw --source {params.source} --out {params.out}"
        " 2>&1 | tee {log}"
