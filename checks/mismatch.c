/*
 * G01 mismatch: the claimed value lies outside the bar of the measured slope, confirmed by a
 * second, independent estimate. What has a cause of its own (a zero, a phantom, one factor) is
 * reported there.
 */
#include "checks.h"

#include <math.h>

/* Was every element of the problem measured, and none of this variable found wanting but these? */
static int others_are_right(ga_evidence *evidence, size_t variable, size_t wrong)
{
    const ga_elements *elements = NULL;
    if (ga_evidence_elements(evidence, &elements) != GA_OK || !elements) {
        return 0;
    }
    size_t trainable = 0;
    for (size_t v = 0; v < ga_evidence_variable_count(evidence); v++) {
        const ga_described *const at = ga_evidence_variable(evidence, v);
        trainable += at->role == GA_TRAINABLE ? at->elements : 0;
    }
    size_t remarks = 0;
    for (size_t i = 0; i < elements->count; i++) {
        remarks += elements->remarks[i].variable == variable;
    }
    return elements->measured == trainable && remarks == wrong;
}

/* "; claimed/measured = 2", when the measured slope is not 0 within its bar. */
static const char *ratio_of(ga_findings *out, const ga_element *element)
{
    return fabs(element->measured) > element->uncertainty
               ? ga_findings_text(out, "; claimed/measured = %.6g",
                                  element->analytic / element->measured)
               : "";
}

static const char *advice(ga_evidence *evidence, ga_findings *out, size_t variable,
                          const ga_finding *finding, const ga_remark *worst)
{
    const ga_screened *const screened = ga_evidence_screened(evidence, variable);
    const int is_sample = screened->is_dense && screened->sampled > 0;
    const size_t elements =
        is_sample ? screened->sampled : ga_evidence_variable(evidence, variable)->elements;
    if (worst->left < worst->right || worst->left > worst->right) {
        return ga_findings_text(
            out, "the loss has a kink here: any value between %.7g and %.7g would be valid",
            worst->left, worst->right);
    }
    if (elements == 1) {
        return "look at its sign, its factors, and the terms that it leaves out";
    }
    if (finding->count == elements) {
        return "no element is right: look at the whole expression, its sign, layout and factors";
    }
    if (2 * finding->count > elements) {
        return "most elements are wrong: look at the whole expression, its layout and factors";
    }
    return others_are_right(evidence, variable, finding->count)
               ? "the other elements are right: look at the terms that only these depend on"
               : "look at the terms that these elements depend on, and the others do not";
}

static ga_status report(ga_evidence *evidence, ga_findings *out, size_t variable,
                        ga_finding *finding, const ga_remark *worst)
{
    const ga_element *const element = &worst->element;
    const char *const place = ga_findings_place(out, variable, element->index);
    finding->message =
        ga_findings_text(out, "the gradient of %s is wrong: %.7g claimed, %.7g +- %.1g measured%s",
                         place, element->analytic, element->measured, element->uncertainty,
                         ga_checks_extent(evidence, out, variable, finding->count));
    finding->why = ga_findings_text(
        out,
        "the difference is %.3g times its uncertainty, and a second estimate at other steps "
        "agrees%s",
        fabs(element->analytic - element->measured) / element->uncertainty, ratio_of(out, element));
    finding->help = advice(evidence, out, variable, finding, worst);
    return ga_findings_add(out, variable, finding);
}

static ga_status report_along(ga_evidence *evidence, ga_findings *out, size_t variable,
                              ga_finding *finding, const ga_screened *screened)
{
    const double ratio = screened->claimed / screened->measured;
    finding->message = ga_findings_text(
        out,
        "the gradient of `%s` is wrong: it predicts a change of %.7g along a direction through all "
        "of it, and %.7g +- %.1g was measured",
        ga_evidence_variable(evidence, variable)->name, screened->claimed, screened->measured,
        screened->uncertainty);
    finding->why =
        ga_findings_text(out, "%zu of %zu directions through this variable alone disagree%s",
                         screened->disagreeing, screened->directions,
                         fabs(screened->measured) > 10 * screened->uncertainty
                             ? ga_findings_text(out, "; claimed/measured = %.4g", ratio)
                             : "");
    finding->help = "no single element stands out: look at the whole expression, its layout, its "
                    "factors and the terms it leaves out; a twin in double (ga_problem_twin), or "
                    "more budget, would name elements";
    return ga_findings_add(out, variable, finding);
}

/* Directions through everything disagree, and nothing says where. */
static ga_status report_somewhere(ga_findings *out)
{
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .message = "the gradient is wrong somewhere: directions through all elements disagree "
                       "with the loss, and fresh ones confirm it",
            .why = "no single element or variable was found that accounts for it: the fault is "
                   "spread out, or the budget ended the search",
            .help = "audit with more budget (--budget), or with variables declared one by one",
        });
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    const ga_status status =
        ga_checks_each_and_along(evidence, out, GA_CAUSE_MISMATCH, report, report_along);
    return status == GA_OK && ga_evidence_wrong_somewhere(evidence) ? report_somewhere(out)
                                                                    : status;
}

const ga_check ga_check_mismatch = {
    .code = "G01",
    .name = "mismatch",
    .severity = GA_ERROR,
    .summary = "every claimed gradient lies within the bar of the measured slope",
    .explanation =
        "The claimed gradient of at least one element is not the slope of the loss. This\n"
        "is the finding that everything else here exists to make trustworthy.\n"
        "\n"
        "The slope is measured by differences of the loss at several steps, and has an\n"
        "uncertainty: the rounding of the loss, the bend of the loss, and kinks nearby\n"
        "all widen it. Only when the claimed value lies outside, and a second estimate at\n"
        "other steps confirms that, is the gradient called wrong; no fixed tolerance\n"
        "decides. The message gives both numbers, the uncertainty, and the worst places\n"
        "first.\n"
        "\n"
        "Compare the places. One element of many: a term that only it depends on. A whole\n"
        "variable: its layout (stored transposed), a forgotten term (weight decay, the\n"
        "derivative of an activation), a factor. The ratio claimed/measured often gives\n"
        "it away: 2, -1, the batch size. When a value is meant not to be the derivative,\n"
        "as with a straight-through estimator or gradient clipping, accept it with\n"
        "ga_allow(p, \"G01\", \"W1\", \"clipped by design\") or --allow G01:W1=REASON. That\n"
        "stands for constant-factor, broken-chain and phantom as well.\n"
        "\n"
        "Fails (the loss is (1 - x)^2 + 100 (y - x^2)^2):\n"
        "\n"
        "    g[0] = 2.0 * (1.0 - x[0]) - 400.0 * x[0] * (x[1] - x[0] * x[0]);\n"
        "\n"
        "Mended:\n"
        "\n"
        "    g[0] = -2.0 * (1.0 - x[0]) - 400.0 * x[0] * (x[1] - x[0] * x[0]);",
    .run = run,
};
