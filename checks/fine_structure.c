/*
 * S06 fine-structure: the slope at the point and the slope at working scale differ. Both are real:
 * a ripple, a solver that stops at a tolerance, an interpolation table.
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
        if (ga_findings_gather(elements, v, 1u << GA_CAUSE_FINE, &finding, &worst) == 0) {
            continue;
        }
        const ga_described *const at = ga_evidence_variable(evidence, v);
        finding.verdict = GA_INCONCLUSIVE;
        finding.message = ga_findings_text(out,
                                           "the slope along %s depends on the scale: %.7g claimed, "
                                           "%.7g +- %.1g measured at steps of %.1g%s",
                                           ga_findings_place(out, v, worst->element.index),
                                           worst->element.analytic, worst->element.measured,
                                           worst->element.uncertainty, worst->element.step,
                                           ga_checks_more(out, finding.count, at->elements));
        finding.why = worst->element.reason;
        finding.help =
            "tighten the tolerance of a solver or quadrature inside the loss, or fix its number of "
            "steps; decide at which scale the gradient is meant to hold";
        status = ga_findings_add(out, v, &finding);
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_fine_structure = {
    .code = "S06",
    .name = "fine-structure",
    .severity = GA_WARNING,
    .summary = "the slope at the point is the slope at working scale",
    .run = run,
};
