/*
 * G01 mismatch: the claimed value lies outside the bar of the measured slope, confirmed by a
 * second, independent estimate. What has a cause of its own (a zero, a phantom, one factor) is
 * reported there.
 */
#include "checks.h"

#include <math.h>

static ga_status report(ga_evidence *evidence, ga_findings *out, size_t variable,
                        ga_finding *finding, const ga_remark *worst)
{
    const ga_described *const at = ga_evidence_variable(evidence, variable);
    const ga_element *const element = &worst->element;
    const char *const place = ga_findings_place(out, variable, element->index);
    finding->message =
        ga_findings_text(out, "the gradient of %s is wrong: %.7g claimed, %.7g +- %.1g measured%s",
                         place, element->analytic, element->measured, element->uncertainty,
                         ga_checks_more(out, finding->count, at->elements));
    const double ratio = element->analytic / element->measured;
    finding->why =
        ga_findings_text(out,
                         "the difference is %.3g times its uncertainty, and a second "
                         "estimate at other steps agrees; claimed/measured = %.6g",
                         fabs(element->analytic - element->measured) / element->uncertainty, ratio);
    finding->help =
        worst->left < worst->right || worst->left > worst->right
            ? ga_findings_text(out,
                               "the loss has a kink here: any value between %.7g and %.7g "
                               "would be valid",
                               worst->left, worst->right)
        : finding->count < at->elements
            ? "the other elements are right: look at the terms that only these depend on"
            : "no element is right: look at the whole expression, its sign, layout and factors";
    return ga_findings_add(out, variable, finding);
}

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
        if (ga_checks_gather_fault(elements, v, GA_CAUSE_MISMATCH, &finding, &worst) > 0) {
            status = report(evidence, out, v, &finding, worst);
        }
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_mismatch = {
    .code = "G01",
    .name = "mismatch",
    .severity = GA_ERROR,
    .summary = "every claimed gradient lies within the bar of the measured slope",
    .run = run,
};
