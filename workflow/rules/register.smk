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
    log:
        LOGS / "simulate.log",
    benchmark:
        TIMES / "simulate.tsv"
    threads: 2
    params:
        settings=leaves("simulator"),
        code=code("simulator"),
    message:
        "Simulate a register with known truth"
    shell:
        "trajectories --threads {threads} simulate --config {CONFIG:q} --out {PRIVATE:q}"
        " 2>&1 | tee {log:q}"


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
    params:
        settings=leaves("register.files"),
        read=stamps(STATISTICAL),
        code=code("register"),
    message:
        "Turn SAS and Stata files into Parquet"
    shell:
        "trajectories --threads {threads} convert --config {CONFIG:q} --out {output:q}"
        " 2>&1 | tee {log:q}"


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
    params:
        settings=leaves("register"),
        read=stamps([*EXTRACTS, *CODELISTS]),
        code=code("register"),
        raw=options("--raw", [RAW] if SIMULATED else []),
        converted=options("--converted", [CONVERTED] if STATISTICAL else []),
    message:
        "Check and clean every row of the extracts"
    shell:
        "trajectories --threads {threads} ingest --config {CONFIG:q} {params.raw}"
        " {params.converted} --out {output:q} 2>&1 | tee {log:q}"
