# The whole map on one page. The default target makes everything that the configuration asks for;
# `snakemake --list-target-rules` names the others, and docs/workflow.md explains them.

from pathlib import Path

# Relative paths start at the project's folder, wherever the run is started.
if not Path("config/config.yaml").is_file():

    workdir: workflow.basedir


configfile: "config/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/register.smk"
include: "workflow/rules/sequences.smk"
include: "workflow/rules/dissimilarity.smk"
include: "workflow/rules/typology.smk"
include: "workflow/rules/reform.smk"
include: "workflow/rules/hazards.smk"
include: "workflow/rules/release.smk"


rule all:
    default_target: True
    input:
        rules.report.output,
        rules.headline.output,
        rules.provenance.output,
        rules.hjemtag.output if settings.release.preset == "dst" else [],
        rules.index_plot.output if "typology" in STAGES else [],
