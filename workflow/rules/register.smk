RAW = PRIVATE / "raw"
REGISTER = PRIVATE / "register"
CONVERTED = PRIVATE / "converted"
SIMULATED = settings.register.source == "simulator"
STATISTICAL = [] if SIMULATED else root.statistical_files(settings)


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
        "trajectories --threads {threads} simulate --config {CONFIG} --out {PRIVATE} 2>&1 | tee {log}"


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
        code=code("register"),
    message:
        "Turn SAS and Stata files into Parquet"
    shell:
        "trajectories --threads {threads} convert --config {CONFIG} --out {output} 2>&1 | tee {log}"


rule ingest:
    input:
        raw=rules.simulate.output.raw if SIMULATED else [],
        converted=rules.convert.output if STATISTICAL else [],
        files=[] if SIMULATED else root.input_files(settings),
        codelists=root.codelists(settings),
    output:
        directory(REGISTER),
    log:
        LOGS / "ingest.log",
    benchmark:
        TIMES / "ingest.tsv"
    threads: 2
    params:
        settings=leaves("register"),
        code=code("register"),
        raw=(
            f"--raw {RAW}"
            if SIMULATED
            else f"--converted {CONVERTED}" if STATISTICAL else ""
        ),
    message:
        "Check and clean every row of the extracts"
    shell:
        "trajectories --threads {threads} ingest --config {CONFIG} {params.raw} --out {output}"
        " 2>&1 | tee {log}"
