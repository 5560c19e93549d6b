STYLE = "config/style.yaml"
GATE = PRIVATE / "release"
EXACT = GATE / "headline.json"
FIGURES = RELEASE / "figures"
HJEMTAG = RUN / "hjemtag"
HISTORIES = settings.hazards.histories.enabled
LONG_COURSES = settings.sequences.long_courses.enabled
MUNICIPALITIES = settings.reform.municipalities.enabled
ASSOCIATIONS = settings.typology.associations.enabled
SENSITIVITY = settings.hazards.sensitivity.enabled
FOLDERS = {
    "register": [REGISTER],
    "sequences": [SEQUENCES],
    "dissimilarity": OTHERS,
    "typology": [
        TYPOLOGY,
        PRIVATE / "hours",
        PRIVATE / "courses",
        *([PRIVATE / "long_courses"] if LONG_COURSES else []),
        *([PRIVATE / "associations"] if ASSOCIATIONS else []),
        PRIVATE / "memberships",
        *([PRIVATE / "costs"] if RATES else []),
    ],
    "reform": [
        PRIVATE / "reform",
        *([PRIVATE / "municipalities"] if MUNICIPALITIES else []),
    ],
    "hazards": [
        HAZARDS / "changes",
        HAZARDS / "estimates",
        *([HAZARDS / "histories"] if HISTORIES else []),
        *([HAZARDS / "sensitivity"] if SENSITIVITY else []),
    ],
    "durations": [HAZARDS / "durations"],
}
# Not the machine: how many of its processors a run takes changes no result.
RESULTS_DEPEND_ON = [
    *("run.name", "run.title"),
    *(name for name in type(settings).model_fields if name != "run"),
]
PARTS = [folder for stage in STAGES for folder in FOLDERS[stage]]
# By stage, the folders of the parts that read files of the user's, and these files.
READING = {
    "register": (
        [*([CONVERTED] if STATISTICAL else []), REGISTER],
        [*EXTRACTS, *CODELISTS],
    ),
    **({"typology": ([PRIVATE / "costs"], RATES)} if RATES else {}),
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
    resources:
        mem_mb=memory("protect"),
        runtime=minutes("protect"),
    params:
        settings=leaves_and_words(*RESULTS_DEPEND_ON),
        code=code("release.protect"),
        inputs=options("--inputs", PARTS),
        # A release that another run registered since then is compared with anew.
        registered=registered_by_others(Path(settings.release.earlier), GATE),
    message:
        "Let every table pass the disclosure gate"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --log {log:q}"
        " protect --config {CONFIG:q} {params.inputs:q}"
        " --out {RELEASE:q} --private {GATE:q}"


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
    threads: 2
    resources:
        mem_mb=memory("figures"),
        runtime=minutes("figures"),
    params:
        code=code_and_words("release.figures"),
    message:
        "Draw the figures from the released tables"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --log {log:q}"
        " figures --release {RELEASE:q} --style {input.style:q}"
        " --out {FIGURES:q} --processes {threads}"


rule headline:
    input:
        rules.protect.output,
    output:
        RELEASE / "headline.json",
    log:
        LOGS / "headline.log",
    benchmark:
        TIMES / "headline.tsv"
    resources:
        mem_mb=memory("headline"),
        runtime=minutes("headline"),
    params:
        code=code_and_words("release.headline"),
    message:
        "Read the headline numbers from the released tables"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --log {log:q}"
        " headline --release {RELEASE:q} --private {GATE:q}"
        " --out {output:q} --exact {EXACT:q}"


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
    resources:
        mem_mb=memory("provenance"),
        runtime=minutes("provenance"),
    params:
        code=code_and_words("release.provenance"),
        read=options("--read", [folder for folders, _ in READ for folder in folders]),
    message:
        "Write where each number came from"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --log {log:q}"
        " provenance --config {CONFIG:q} --lock {input.lock:q}"
        " {params.read:q} --release {RELEASE:q} --private {GATE:q} --benchmarks {TIMES:q}"
        " --rules {RULES:q} --out {output:q}"


rule report:
    input:
        rules.figures.output,
        rules.headline.output,
        rules.provenance.output,
    output:
        brief=RELEASE / "brief.html",
        report=RELEASE / "report.html",
        annex=RELEASE / "annex.html",
        crate=RELEASE / "ro-crate-metadata.json",
        manifest=RELEASE / "manifest.json",
    log:
        LOGS / "report.log",
    benchmark:
        TIMES / "report.tsv"
    resources:
        mem_mb=memory("report"),
        runtime=minutes("report"),
    params:
        code=code_and_words("release.report"),
    message:
        "Write brief, report and annex"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --log {log:q}"
        " report --release {RELEASE:q} --out {RELEASE:q}"


rule hjemtag:
    input:
        rules.report.output,
    output:
        directory(HJEMTAG),
    log:
        LOGS / "hjemtag.log",
    resources:
        mem_mb=memory("hjemtag"),
        runtime=minutes("hjemtag"),
    params:
        code=code_and_words("release.hjemtag"),
    message:
        "Lay out the release for the export of Statistics Denmark"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --log {log:q}"
        " hjemtag {RELEASE:q} --out {output:q}"


rule redraw:
    log:
        LOGS / "redraw.log",
    threads: 2
    resources:
        mem_mb=memory("redraw"),
        runtime=minutes("redraw"),
    params:
        source=config.get("redraw_from", RELEASE),
        out=PRIVATE / "redrawn",
    message:
        "Redraw every figure and write every document from a release folder alone"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --log {log:q}"
        " redraw --source {params.source:q} --out {params.out:q} --processes {threads}"


write_rules()
