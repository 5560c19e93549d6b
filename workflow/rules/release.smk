STYLE = "config/style.yaml"
GATE = PRIVATE / "release"
FIGURES = RELEASE / "figures"
HISTORIES = settings.hazards.histories.enabled
SENSITIVITY = settings.hazards.sensitivity.enabled
FOLDERS = {
    "register": [REGISTER],
    "sequences": [SEQUENCES],
    "dissimilarity": OTHERS,
    "typology": [TYPOLOGY, PRIVATE / "hours", PRIVATE / "courses"],
    "reform": [PRIVATE / "reform"],
    "hazards": [
        HAZARDS / "changes",
        HAZARDS / "estimates",
        *([HAZARDS / "histories"] if HISTORIES else []),
        *([HAZARDS / "sensitivity"] if SENSITIVITY else []),
    ],
    "durations": [HAZARDS / "durations"],
}
PARTS = [folder for stage in STAGES for folder in FOLDERS[stage]]
# By stage, the folders of the parts that read files of the user's, and these files.
READING = {
    "register": (
        [*([CONVERTED] if STATISTICAL else []), REGISTER],
        [*EXTRACTS, *CODELISTS],
    ),
    "reform": ([PRIVATE / "reform"], RELABELLINGS),
    "durations": ([HAZARDS / "durations"], DURATIONS),
}
READ = [READING[stage] for stage in STAGES if stage in READING]


rule protect:
    input:
        PARTS,
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
        inputs=options("--inputs", PARTS),
    message:
        "Let every table pass the disclosure gate"
    shell:
        "trajectories --threads {threads} protect --config {CONFIG:q} {params.inputs}"
        " --out {RELEASE:q} --private {GATE:q} 2>&1 | tee {log:q}"


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
        "trajectories --threads {threads} figures --release {RELEASE:q} --style {input.style:q}"
        " --out {FIGURES:q} 2>&1 | tee {log:q}"


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
        "trajectories --threads {threads} headline --release {RELEASE:q} --private {GATE:q}"
        " --out {output:q} --exact {GATE:q}/headline.json 2>&1 | tee {log:q}"


rule provenance:
    input:
        rules.protect.output,
        rules.figures.output,
        rules.headline.output,
        lock="uv.lock",
        files=[path for _, files in READ for path in files],
    output:
        RELEASE / "provenance.json",
    log:
        LOGS / "provenance.log",
    params:
        code=code("release"),
        read=options("--read", [folder for folders, _ in READ for folder in folders]),
    message:
        "Write where each number came from"
    shell:
        "trajectories --threads {threads} provenance --config {CONFIG:q} --lock {input.lock:q}"
        " {params.read} --release {RELEASE:q} --private {GATE:q} --benchmarks {TIMES:q}"
        " --out {output:q} 2>&1 | tee {log:q}"


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
        "trajectories --threads {threads} report --release {RELEASE:q} --out {output[0]:q}"
        " 2>&1 | tee {log:q}"


rule redraw:
    log:
        LOGS / "redraw.log",
    params:
        source=config.get("redraw_from", RELEASE),
        out=PRIVATE / "redrawn",
    message:
        "Redraw every figure from a release folder alone"
    shell:
        "trajectories --threads {threads} redraw --source {params.source:q} --out {params.out:q}"
        " 2>&1 | tee {log:q}"
