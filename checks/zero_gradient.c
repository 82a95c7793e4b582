/*
 * G12 zero-gradient: every element of a trainable variable is exactly 0, and rightly so at this
 * point (a saddle, a saturated or dead unit): the audit says nothing about it, and training will
 * not move it.
 */
#include "checks.h"

/* Was the whole variable measured, and nothing found wrong with any element? */
static int is_rightly_zero(const ga_elements *elements, size_t variable)
{
    for (size_t i = 0; i < elements->count; i++) {
        if (elements->remarks[i].variable == variable &&
            elements->remarks[i].cause != GA_CAUSE_UNMEASURABLE) {
            return 0;
        }
    }
    return 1;
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_elements *const elements = ga_checks_elements(evidence, out, &status);
    if (!elements) {
        return status;
    }
    for (size_t v = 0; v < ga_evidence_variable_count(evidence) && status == GA_OK; v++) {
        const ga_described *const at = ga_evidence_variable(evidence, v);
        const ga_slots *const slots = ga_evidence_slots(evidence, v);
        const ga_reaction *reaction = NULL;
        const int is_asked =
            !elements->screened || ga_evidence_screened(evidence, v)->verdict == GA_PASS;
        if (at->role != GA_TRAINABLE || slots->zero < at->elements || slots->overwritten ||
            !is_asked || !is_rightly_zero(elements, v)) {
            continue;
        }
        status = ga_evidence_reaction(evidence, v, &reaction);
        if (status != GA_OK) {
            return status;
        }
        status = ga_findings_add(
            out, v,
            &(ga_finding){
                .count = at->elements,
                .message = ga_findings_text(
                    out, "the gradient of `%s` is exactly 0 throughout, and so is the slope",
                    at->name),
                .why = !slots->zero_elsewhere
                           ? "at a point nearby it is not 0: this is a saddle or an extremum"
                       : reaction && reaction->asked && reaction->reacts
                           ? ga_findings_text(out,
                                              "the loss reacts only to steps of %.2g of its size: "
                                              "saturated, dead or gated off",
                                              reaction->step)
                           : "nearby it is 0, too: saturated, dead or gated off",
                .help =
                    "a gradient of 0 agrees with many mistakes: audit at a point where it is not 0",
            });
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_zero_gradient = {
    .code = "G12",
    .name = "zero-gradient",
    .severity = GA_WARNING,
    .summary = "no trainable variable has a gradient that is 0 throughout",
    .explanation =
        "Every element of a trainable variable has a gradient of exactly 0, and rightly\n"
        "so at this point: the measured slopes are 0, too. So nothing is wrong, but the\n"
        "audit has shown very little, as a gradient of 0 agrees with many mistakes; and\n"
        "training will not move this variable.\n"
        "\n"
        "It is reported as a warning when the slopes of the whole variable are 0 as well.\n"
        "The finding tells which case it is: at a point nearby the gradient is not 0 (a\n"
        "saddle or an extremum, like weights that all start at 0), or it is 0 there, too\n"
        "(a saturated, dead or gated unit). Where the slope is not 0, the finding is\n"
        "broken-chain (G05); where the loss never reacts, unused (V03).\n"
        "\n"
        "Audit at a point where the gradient is not 0: random values of the size that\n"
        "training will have. Start weights at random instead of at 0, and keep units away\n"
        "from saturation. Accept it where the point is an optimum that you test on\n"
        "purpose: ga_allow(p, \"G12\", NULL, \"audited at the optimum\").\n"
        "\n"
        "Fails:\n"
        "\n"
        "    double w[2] = {0.0, 0.0}; /* the loss is cos(w0) + w1 * w1: all slopes 0 */\n"
        "\n"
        "Mended:\n"
        "\n"
        "    double w[2] = {0.3, -0.7};",
    .run = run,
};
