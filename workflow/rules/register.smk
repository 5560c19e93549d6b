RAW = PRIVATE / "raw"
REGISTER = PRIVATE / "register"
CONVERTED = PRIVATE / "converted"
SIMULATED = settings.register.source == "simulator"
EXTRACTS = [] if SIMULATED else root.input_files(settings)
STATISTICAL = [] if SIMULATED else root.statistical_files(settings)
CODELISTS = root.codelists(settings)


rule simulate:
    output:
        raw=directory(RAW),
        truth=PRIVATE / "truth.json",
        departures=PRIVATE / "truth_departures.parquet",
        changes=PRIVATE / "truth_changes.parquet",
        types=PRIVATE / "truth_types.parquet",
    log:
        LOGS / "simulate.log",
    benchmark:
        TIMES / "simulate.tsv"
    threads: 2
    resources:
        mem_mb=memory("simulate"),
        runtime=minutes("simulate"),
    params:
        settings=leaves("simulator"),
        code=code("register.simulate"),
    message:
        "Simulate a register with known truth"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --log {log:q}"
        " simulate --config {CONFIG:q} --out {PRIVATE:q}"


rule convert:
    input:
        STATISTICAL,
    output:
        directory(CONVERTED),
    log:
        LOGS / "convert.log",
    benchmark:
        TIMES / "convert.tsv"
    threads: 2
    resources:
        mem_mb=memory("convert"),
        runtime=minutes("convert"),
    params:
        settings=leaves("register.files"),
        read=stamps(STATISTICAL),
        code=code("register.convert"),
    message:
        "Turn SAS and Stata files into Parquet"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --log {log:q}"
        " convert --config {CONFIG:q} --out {output:q}"


rule ingest:
    input:
        raw=rules.simulate.output.raw if SIMULATED else [],
        converted=rules.convert.output if STATISTICAL else [],
        files=EXTRACTS,
        codelists=CODELISTS,
    output:
        directory(REGISTER),
    log:
        LOGS / "ingest.log",
    benchmark:
        TIMES / "ingest.tsv"
    threads: 2
    resources:
        mem_mb=memory("ingest"),
        runtime=minutes("ingest"),
    params:
        settings=leaves("register"),
        read=stamps([*EXTRACTS, *CODELISTS]),
        code=code("register.ingest"),
        raw=options("--raw", [RAW] if SIMULATED else []),
        converted=options("--converted", [CONVERTED] if STATISTICAL else []),
    message:
        "Check and clean every row of the extracts"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --log {log:q}"
        " ingest --config {CONFIG:q} {params.raw:q}"
        " {params.converted:q} --out {output:q}"
