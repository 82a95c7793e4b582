/*
 * G10 loss-disagrees: the loss returned with the gradient must equal the loss returned alone.
 *
 * A callback that caches, or that computes the two on different branches, breaks here first; after
 * that no difference quotient means anything.
 */
#include "checks.h"

#include <math.h>

/* Another order of summing is no disagreement. */
static const double ROUNDING = 1e-12;

static ga_status report_twin(ga_findings *out, const ga_calls *calls)
{
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .has_numbers = 1,
            .analytic = calls->loss_twin,
            .measured = calls->loss,
            .message = ga_findings_text(out, "the loss is %.9g, and that of its twin %.9g",
                                        calls->loss, calls->loss_twin),
            .why = "the twin computes something else: slopes were measured on the loss itself",
            .help = "build both from the same source, with the same data and state",
        });
}

static ga_status run(ga_evidence *evidence, ga_findings *out)
{
    ga_status status = GA_OK;
    const ga_repeats *const repeats = ga_checks_repeats(evidence, out, &status);
    if (!repeats) {
        return status;
    }
    const ga_calls *const calls = ga_checks_calls(evidence, out, &status);
    if (calls && calls->twin_disagrees && repeats->usable) {
        return report_twin(out, calls);
    }
    if (!calls || !calls->has_joint || !repeats->usable) {
        return !calls ? status
               : repeats->usable
                   ? ga_findings_skip(out, "the loss and the gradient are separate callbacks")
                   : ga_findings_skip(out, "the loss is not repeatable");
    }
    const double gap = fabs(calls->loss_joint - calls->loss);
    if (gap <=
        repeats->spread + ROUNDING * fabs(calls->loss)) { /* NaN falls through to the finding */
        return ga_findings_pass(out);
    }
    return ga_findings_add(
        out, GA_NO_INDEX,
        &(ga_finding){
            .has_numbers = 1,
            .analytic = calls->loss_joint,
            .measured = calls->loss,
            .uncertainty = repeats->spread,
            .message = ga_findings_text(
                out, "the loss is %.9g when the gradient is requested too, and %.9g alone",
                calls->loss_joint, calls->loss),
            .why = "the two are computed on different paths: the gradient belongs to another loss "
                   "than the one that is reported",
            .help = "compute the loss once, on one path, whether or not g is NULL",
        });
}

const ga_check ga_check_loss_disagrees = {
    .code = "G10",
    .name = "loss-disagrees",
    .severity = GA_ERROR,
    .summary = "loss alone equals loss computed with the gradient",
    .explanation =
        "The loss that is returned together with the gradient is another number than the\n"
        "loss returned alone at the same point. One of the two is not the function you\n"
        "believe you are minimising, and a gradient that agrees with one contradicts the\n"
        "other.\n"
        "\n"
        "It is seen only where one callback returns both (`both` in ga_flat). The two\n"
        "numbers may differ by the rounding of another order of summing, 1e-12 of the\n"
        "loss, and by the spread of a loss that is not quite repeatable; not by more.\n"
        "\n"
        "Usually the two are computed on different paths: one of them adds the\n"
        "regulariser, divides by the number of samples, or runs the network in training\n"
        "mode, and the other does not. Compute the loss once, on one path, whether g is\n"
        "NULL or not.\n"
        "\n"
        "Fails:\n"
        "\n"
        "    static double both(const double *x, size_t n, double *g, void *user)\n"
        "    {\n"
        "        if (!g) {\n"
        "            return data_term(x, n);\n"
        "        }\n"
        "        return data_term_with_gradient(x, n, g) + decay(x, n, g);\n"
        "    }\n"
        "\n"
        "Mended:\n"
        "\n"
        "    static double both(const double *x, size_t n, double *g, void *user)\n"
        "    {\n"
        "        return data_term(x, n, g) + decay(x, n, g); /* both may get NULL */\n"
        "    }",
    .run = run,
};
