/*
 * S01 kink: the slopes on the left and on the right differ and stay apart. A gradient between them
 * is valid, and passes; one outside is G01.
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
        if (ga_findings_gather(elements, v, 1u << GA_CAUSE_KINK, &finding, &worst) == 0) {
            continue;
        }
        const ga_described *const at = ga_evidence_variable(evidence, v);
        finding.message = ga_findings_text(
            out, "the loss has a kink at %s: slope %.7g on the left, %.7g on the right%s",
            ga_findings_place(out, v, worst->element.index), worst->left, worst->right,
            ga_checks_more(out, finding.count, at->elements));
        finding.why = ga_findings_text(
            out,
            "the claimed %.7g lies between the two and is a valid value; any other "
            "between them would be, too",
            worst->element.analytic);
        finding.help = "to test the gradient itself, audit at a point off the kink; if the kink is "
                       "meant, accept it "
                       "with ga_allow(p, \"S01\", ...)";
        status = ga_findings_add(out, v, &finding);
    }
    return status == GA_OK ? ga_findings_pass(out) : status;
}

const ga_check ga_check_kink = {
    .code = "S01",
    .name = "kink",
    .severity = GA_WARNING,
    .summary = "the loss has no kink at the point",
    .run = run,
};
