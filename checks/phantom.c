/*
 * G06 phantom: a gradient that is not 0 where the loss does not move at all, though it shows
 * changes far smaller than the gradient predicts.
 */
#include "checks.h"

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_elements *const elements = ga_checks_elements(evidence, out, &status);
    if (!elements) {
        return status;
    }
    for (size_t v = 0; v < ga_evidence_variable_count(evidence) && status == GA_OK; v++) {
        ga_finding finding = {0};
        const ga_remark *worst = NULL;
        if (ga_checks_gather_fault(elements, v, GA_CAUSE_PHANTOM, &finding, &worst) == 0) {
            continue;
        }
        const ga_described *const at = ga_evidence_variable(evidence, v);
        finding.message = ga_findings_text(
            out, "the gradient of %s is %.7g, but the loss does not depend on it%s",
            ga_findings_place(out, v, worst->element.index), worst->element.analytic,
            ga_checks_more(out, finding.count, at->elements));
        finding.why = ga_findings_text(
            out, "moving it by up to %.3g leaves the loss the same to the last bit",
            worst->flat_step);
        finding.help =
            "the loss does not read this element, or overwrites what it computes from it; or the "
            "gradient belongs to another element";
        status = ga_findings_add(out, v, &finding);
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_phantom = {
    .code = "G06",
    .name = "phantom",
    .severity = GA_ERROR,
    .refines = "G01",
    .summary = "no gradient where the loss does not move",
    .run = run,
};
