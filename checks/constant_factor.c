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
           : ratio == -2.0 || ratio == -0.5 ? "often a sign convention and a forgotten 1/2"
                                            : "often a batch size, a number of terms or a weight "
                                              "that one side divides by and the other does not";
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
            .along = elements->ratio_along,
            .why = ga_findings_text(out, "one ratio fits all %zu measured %s: %s",
                                    elements->ratio_seen,
                                    elements->ratio_along ? "directions" : "elements",
                                    usual_cause(elements->common_ratio)),
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
    .explanation =
        "Every gradient is the same multiple of the slope that was measured. That is one\n"
        "mistake, not one for each element, so it is one finding; the factor is divided\n"
        "out, and all else is judged after that.\n"
        "\n"
        "It is seen in a handful of elements first, with bars narrow enough to tell the\n"
        "factor, and is then put to the test on all of them. A factor of one element\n"
        "alone is a mismatch (G01).\n"
        "\n"
        "A minus sign, a forgotten 1/2 of a square, a sum where the loss takes a mean, a\n"
        "batch size that only one side divides by: these are the usual ones. The\n"
        "direction is right (unless the sign is not), so optimisers cope, with another\n"
        "learning rate than you think you have set; and a line search that trusts the\n"
        "slope does not cope. Divide it out in the callback. If it is the convention of\n"
        "your code, declare it where the gradient is described: .gradient_scale = 2 means\n"
        "\"what I store is twice the derivative\".\n"
        "\n"
        "Fails:\n"
        "\n"
        "    sum += r * r;            /* the loss: sum / count */\n"
        "    g[j] += 2.0 * r * a[j];  /* the gradient: not divided */\n"
        "\n"
        "Mended:\n"
        "\n"
        "    sum += r * r;\n"
        "    g[j] += 2.0 * r * a[j] / (double)count;",
    .run = run,
};
