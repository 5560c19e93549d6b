RAW = PRIVATE / "raw"
REGISTER = PRIVATE / "register"
SIMULATED = settings.register.source == "simulator"


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


rule ingest:
    input:
        raw=rules.simulate.output.raw if SIMULATED else [],
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
        raw=f"--raw {RAW}" if SIMULATED else "",
    message:
        "Check and clean every row of the extracts"
    shell:
        "trajectories --threads {threads} ingest --config {CONFIG} {params.raw} --out {output}"
        " 2>&1 | tee {log}"
