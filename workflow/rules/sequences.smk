MONTHS = PRIVATE / "months"
SEQUENCES = PRIVATE / "sequences"


rule months:
    input:
        register=rules.ingest.output,
    output:
        MONTHS / "person_months.parquet",
    log:
        LOGS / "months.log",
    benchmark:
        TIMES / "months.tsv"
    threads: 2
    resources:
        mem_mb=memory("months"),
        runtime=minutes("months"),
    params:
        settings=leaves("sequences.month", "register.states", "register.alphabet"),
        code=code("sequences.months"),
    message:
        "Build person-months"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --log {log:q}"
        " months --config {CONFIG:q} --register {input.register:q}"
        " --out {MONTHS:q}"


rule windows:
    input:
        register=rules.ingest.output,
        months=rules.months.output,
    output:
        directory(SEQUENCES),
    log:
        LOGS / "windows.log",
    benchmark:
        TIMES / "windows.tsv"
    threads: 1
    resources:
        mem_mb=memory("windows"),
        runtime=minutes("windows"),
    params:
        settings=leaves("sequences", "register.alphabet"),
        code=code("sequences.windows"),
    message:
        "Cut windows and describe the state sequences"
    shell:
        "{PYTHON:q} -P -m trajectories --threads {threads} --keep-going --log {log:q}"
        " windows --config {CONFIG:q}"
        " --register {input.register:q} --months {input.months:q} --out {output:q}"
