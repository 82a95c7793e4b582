/*
 * G05 broken-chain: the claimed gradient is exactly 0 where the slope clearly is not: it was cut
 * off on the way from the loss to the variable.
 */
#include "checks.h"

static ga_status report(ga_evidence *evidence, ga_findings *out, size_t variable,
                        ga_finding *finding, const ga_remark *worst)
{
    const ga_described *const at = ga_evidence_variable(evidence, variable);
    finding->message = ga_findings_text(
        out, "the gradient of %s is 0, but the loss changes by %.7g +- %.1g per unit%s",
        ga_findings_place(out, variable, worst->element.index), worst->element.measured,
        worst->element.uncertainty, ga_checks_extent(evidence, out, variable, finding->count));
    finding->why = finding->count == at->elements ? "the backward pass never reaches this variable"
                                                  : "the backward pass leaves these elements out";
    finding->help = "follow the chain from the loss to the variable: a path that is left out, a "
                    "buffer cleared after it was filled, a loop that ends early";
    return ga_findings_add(out, variable, finding);
}

static ga_status report_along(ga_evidence *evidence, ga_findings *out, size_t variable,
                              ga_finding *finding, const ga_screened *screened)
{
    finding->message = ga_findings_text(
        out,
        "the gradient of `%s` is 0 throughout, but along a direction through it the loss changes "
        "by %.7g +- %.1g",
        ga_evidence_variable(evidence, variable)->name, screened->measured, screened->uncertainty);
    finding->why = "the backward pass never reaches this variable";
    finding->help = "follow the chain from the loss to the variable: a path that is left out, a "
                    "buffer that is never filled, or cleared after it was filled";
    return ga_findings_add(out, variable, finding);
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    return ga_checks_each_and_along(evidence, out, GA_CAUSE_BROKEN_CHAIN, report, report_along);
}

const ga_check ga_check_broken_chain = {
    .code = "G05",
    .name = "broken-chain",
    .severity = GA_ERROR,
    .refines = "G01",
    .summary = "no gradient is 0 where the slope is not",
    .explanation =
        "The gradient says exactly 0, yet the loss clearly moves when the element does.\n"
        "Somewhere between the loss and this variable the backward pass was cut off.\n"
        "\n"
        "It is a mismatch (G01) whose cause the numbers show, and is reported in its\n"
        "place. A 0 that is right is not accused: where the slope is 0 as well, this\n"
        "check is silent (see zero-gradient, G12). Neither is one 0 among many wrong\n"
        "values, as a transposed matrix has them by accident; that is a mismatch.\n"
        "\n"
        "Such a variable stays at its start for ever while the rest of the model trains\n"
        "around it, and the loss still falls. Follow the chain backwards: a path that is\n"
        "left out, a buffer that is cleared after it was filled, a loop that ends early,\n"
        "a copy where a pointer was meant. If the path is cut on purpose (a \"stop\n"
        "gradient\"), the variable is not trained through it: accept it with ga_allow(p,\n"
        "\"G05\", \"W1\", \"detached by design\"), or register it with .role = GA_FROZEN when\n"
        "nothing trains it.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    backward_layer2(m);               /* fills m->dhidden */\n"
        "    memset(m->dhidden, 0, sizeof m->dhidden);\n"
        "    backward_layer1(m);               /* reads it */\n"
        "\n"
        "Mended:\n"
        "\n"
        "    memset(m->dhidden, 0, sizeof m->dhidden);\n"
        "    backward_layer2(m);\n"
        "    backward_layer1(m);",
    .run = run,
};
