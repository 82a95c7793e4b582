/*
 * S03 plateau: flat at small steps where the slope seen at larger steps predicts a change of many
 * roundings, and what lies between is a jump. A round, a floor, an argmax, a threshold or a cast to
 * an integer is in the way: no small step of an optimiser changes anything.
 */
#include "checks.h"

#include <math.h>

static ga_status report(ga_evidence *evidence, ga_findings *out, size_t variable,
                        ga_finding *finding, const ga_remark *worst)
{
    const ga_described *const at = ga_evidence_variable(evidence, variable);
    finding->message =
        ga_findings_text(out,
                         "the loss stands on a plateau at %s: it does not change at all within "
                         "+-%.2g, and jumps beyond%s",
                         ga_findings_place(out, variable, worst->element.index), worst->flat_step,
                         ga_checks_more(out, finding->count, at->elements));
    finding->why =
        ga_findings_text(out, "the slope at larger steps, %.4g, would have moved it by %.3g",
                         worst->far_slope, fabs(worst->far_slope) * worst->flat_step);
    finding->help = "look for floor, round, argmax, a comparison or a cast to int between the "
                    "variable and the loss; a straight-through gradient is no derivative: audit "
                    "the smooth part alone, or accept it with ga_allow(p, \"S03\", ...)";
    return ga_findings_add(out, variable, finding);
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    return ga_checks_each(evidence, out, GA_CAUSE_PLATEAU, report);
}

const ga_check ga_check_plateau = {
    .code = "S03",
    .name = "plateau",
    .severity = GA_ERROR,
    .summary = "the loss does not rest on plateaus",
    .explanation =
        "The loss rests: small steps do not change it by a single bit, and larger ones\n"
        "make it jump. Its derivative is 0 wherever it has one, and a gradient that says\n"
        "otherwise describes another function.\n"
        "\n"
        "It is told apart from rounding by its size: over the width of the plateau, the\n"
        "slope that larger steps show would have moved the loss by at least 64 times its\n"
        "own rounding. A variable without any effect is unused (V03) or phantom (G06),\n"
        "not this.\n"
        "\n"
        "Look for floor, round, argmax, a comparison, a cast to an integer, or values\n"
        "that are written to text and read again, between the variable and the loss.\n"
        "Nothing that walks along slopes can see past them. Train on a smooth stand-in\n"
        "(the probability instead of the decision). A straight-through estimator leaves\n"
        "the step out of the gradient on purpose; it is a sensible trick, but no\n"
        "derivative. Audit the smooth part alone, or accept it with ga_allow(p, \"S03\",\n"
        "NULL, \"straight-through estimator\").\n"
        "\n"
        "Fails:\n"
        "\n"
        "    const double r = floor(w * input) - target;\n"
        "    loss = 0.5 * r * r;\n"
        "    dw = r * input;\n"
        "\n"
        "Mended:\n"
        "\n"
        "    const double r = w * input - target;\n"
        "    loss = 0.5 * r * r;\n"
        "    dw = r * input;",
    .run = run,
};
