RAW = PRIVATE / "raw"
REGISTER = PRIVATE / "register"
SIMULATED = settings.register.source == "simulator"


rule simulate:
    output:
        directory(RAW),
    params:
        settings=leaves("simulator"),
        code=code("simulator"),
    threads: 2
    log:
        LOGS / "simulate.log",
    benchmark:
        TIMES / "simulate.tsv"
    message:
        "Simulate a register with known truth"
    shell:
        "trajectories --threads {threads} simulate --config {CONFIG} --out {output} 2>&1 | tee {log}"


rule ingest:
    input:
        raw=rules.simulate.output if SIMULATED else [],
        files=[] if SIMULATED else root.input_files(settings),
        codelists=root.codelists(settings),
    output:
        directory(REGISTER),
    params:
        settings=leaves("register"),
        code=code("register"),
        raw=f"--raw {RAW}" if SIMULATED else "",
    threads: 2
    log:
        LOGS / "ingest.log",
    benchmark:
        TIMES / "ingest.tsv"
    message:
        "Check and clean every row of the extracts"
    shell:
        "trajectories --threads {threads} ingest --config {CONFIG} {params.raw} --out {output}"
        " 2>&1 | tee {log}"
