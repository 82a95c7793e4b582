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
        if (at->role != GA_TRAINABLE || slots->zero < at->elements || slots->overwritten ||
            !is_rightly_zero(elements, v)) {
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
                .why =
                    !slots->zero_elsewhere
                        ? "at a point nearby it is not 0: this is a saddle or an extremum"
                    : reaction && reaction->asked && reaction->reacts
                        ? ga_findings_text(
                              out,
                              "the loss reacts only to steps of %.2g of its size: saturated, dead "
                              "or gated off",
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
    .run = run,
};
