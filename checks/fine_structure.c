/*
 * S06 fine-structure: the slope at the point and the slope at working scale differ. Both are real:
 * a ripple, a solver that stops at a tolerance, an interpolation table.
 */
#include "checks.h"

static ga_status report(ga_evidence *evidence, ga_findings *out, size_t variable,
                        ga_finding *finding, const ga_remark *worst)
{
    const ga_described *const at = ga_evidence_variable(evidence, variable);
    finding->verdict = GA_INCONCLUSIVE;
    finding->message = ga_findings_text(out,
                                        "the slope along %s depends on the scale: %.7g claimed, "
                                        "%.7g +- %.1g measured at steps of %.1g%s",
                                        ga_findings_place(out, variable, worst->element.index),
                                        worst->element.analytic, worst->element.measured,
                                        worst->element.uncertainty, worst->element.step,
                                        ga_checks_more(out, finding->count, at->elements));
    finding->why = worst->element.reason;
    finding->help = "tighten the tolerance of a solver or quadrature inside the loss, or fix "
                    "its number of steps; decide at which scale the gradient is meant to hold";
    return ga_findings_add(out, variable, finding);
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    return ga_checks_each(evidence, out, GA_CAUSE_FINE, report);
}

const ga_check ga_check_fine_structure = {
    .code = "S06",
    .name = "fine-structure",
    .severity = GA_WARNING,
    .summary = "the slope at the point is the slope at working scale",
    .explanation =
        "The slope depends on how closely you look. At tiny steps the loss has one slope,\n"
        "at larger ones another, and both are real: there is a fine structure on top of\n"
        "the shape that an optimiser sees.\n"
        "\n"
        "It is noticed when two estimates, each with a narrow bar, contradict each other\n"
        "at different steps, and the claimed gradient agrees with only one of them.\n"
        "Whether it is right depends on the scale you mean, so it is left open.\n"
        "\n"
        "The usual source is an inner computation that stops at a tolerance: a solver, an\n"
        "adaptive quadrature, an integrator that chooses its steps, a table with linear\n"
        "interpolation, a term of high frequency. Tighten the tolerance, fix the number\n"
        "of steps, or use a smooth interpolation. If the gradient is meant for the\n"
        "working scale and the ripple is noise to you, accept it: ga_allow(p, \"S06\",\n"
        "NULL, \"ripple of the table, below interest\").\n"
        "\n"
        "Fails:\n"
        "\n"
        "    while (fabs(change) > 1e-3) { /* another number of rounds for another x */\n"
        "        change = refine(&y, x);\n"
        "    }\n"
        "    return cost(y);\n"
        "\n"
        "Mended:\n"
        "\n"
        "    for (int round = 0; round < 20; round++) {\n"
        "        (void)refine(&y, x);\n"
        "    }\n"
        "    return cost(y);",
    .run = run,
};
