/*
 * G03 constant-factor: every gradient is the same multiple of its slope. One fault, one finding; it
 * is divided out before anything else is judged.
 */
#include "checks.h"

static const char *usual_cause(double ratio)
{
    return ratio == -1.0 ? "the sign: the gradient is that of the negative loss"
           : ratio == 2.0 || ratio == 0.5
               ? "often a forgotten 1/2 of a square, or a sum where the loss takes a mean"
           : ratio == -2.0 || ratio == -0.5
               ? "often a sign convention and a forgotten 1/2"
               : "often a batch size, a number of terms or a weight that one side "
                 "divides by and the other does not";
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_elements *const elements = ga_checks_elements(evidence, out, &status);
    if (!elements) {
        return status;
    }
    if (elements->common_ratio == 1.0) {
        return ga_findings_pass(out);
    }
    const double declared = ga_evidence_variable_count(evidence) > 0
                                ? ga_evidence_variable(evidence, 0)->gradient_scale
                                : 1.0;
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .count = elements->ratio_seen,
            .has_numbers = 1,
            .analytic = elements->ratio_analytic,
            .measured = elements->ratio_measured,
            .uncertainty = elements->ratio_uncertainty,
            .message = ga_findings_text(out, "every gradient is %.9g times the slope",
                                        elements->common_ratio),
            .why = ga_findings_text(out, "one ratio fits all %zu measured elements: %s",
                                    elements->ratio_seen, usual_cause(elements->common_ratio)),
            .help = ga_findings_text(out,
                                     "divide the gradient by %.9g; if it is meant, declare it with "
                                     ".gradient_scale = %.9g",
                                     elements->common_ratio, elements->common_ratio * declared),
        });
}

const ga_check ga_check_constant_factor = {
    .code = "G03",
    .name = "constant-factor",
    .severity = GA_ERROR,
    .refines = "G01",
    .summary = "gradients are not all off by one factor",
    .run = run,
};
