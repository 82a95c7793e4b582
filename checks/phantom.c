/*
 * G06 phantom: a gradient that is not 0 where the loss does not move at all, though it shows
 * changes far smaller than the gradient predicts.
 */
#include "checks.h"

static ga_status report(ga_evidence *evidence, ga_findings *out, size_t variable,
                        ga_finding *finding, const ga_remark *worst)
{
    finding->message = ga_findings_text(
        out, "the gradient of %s is %.7g, but the loss does not depend on it%s",
        ga_findings_place(out, variable, worst->element.index), worst->element.analytic,
        ga_checks_extent(evidence, out, variable, finding->count));
    finding->why = ga_findings_text(
        out, "moving it by up to %.3g leaves the loss the same to the last bit", worst->flat_step);
    finding->help = "the loss does not read this element, or overwrites what it computes from "
                    "it; or the gradient belongs to another element";
    return ga_findings_add(out, variable, finding);
}

static ga_status report_along(ga_evidence *evidence, ga_findings *out, size_t variable,
                              ga_finding *finding, const ga_screened *screened)
{
    finding->message =
        ga_findings_text(out, "the gradient of `%s` is not 0, but the loss does not depend on it",
                         ga_evidence_variable(evidence, variable)->name);
    finding->why = ga_findings_text(out,
                                    "moving all of it along %zu directions leaves the loss the "
                                    "same to the last bit",
                                    screened->directions);
    finding->help = "the loss does not read this variable, or overwrites what it computes from "
                    "it; or the gradient belongs to another variable";
    return ga_findings_add(out, variable, finding);
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    return ga_checks_each_and_along(evidence, out, GA_CAUSE_PHANTOM, report, report_along);
}

const ga_check ga_check_phantom = {
    .code = "G06",
    .name = "phantom",
    .severity = GA_ERROR,
    .refines = "G01",
    .summary = "no gradient where the loss does not move",
    .explanation =
        "The gradient is not 0, but the loss does not depend on this element at all: at\n"
        "no step does a single bit of it change, though the claimed gradient predicts\n"
        "changes that would be seen easily.\n"
        "\n"
        "It is a mismatch (G01) whose cause the numbers show, and is reported in its\n"
        "place. A loss that rests only at small steps and jumps at larger ones is a\n"
        "plateau (S03).\n"
        "\n"
        "The loss reads another copy of the value, overwrites what it computes from it,\n"
        "or never got to use it; or the gradient belongs to another element, and its\n"
        "index is wrong. An optimiser moves such an element steadily away, without any\n"
        "effect, until weight decay or an overflow does notice it. If no element of the\n"
        "variable matters, unused (V03) is reported as well. Let the loss read what the\n"
        "optimiser writes, or take the term out of the gradient.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    const double scale = m->scale_at_start; /* a copy */\n"
        "    loss = scale * error(m);\n"
        "    m->dscale = error(m);\n"
        "\n"
        "Mended:\n"
        "\n"
        "    loss = m->scale * error(m);\n"
        "    m->dscale = error(m);",
    .run = run,
};
